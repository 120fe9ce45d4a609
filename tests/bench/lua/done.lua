-- Prints what wrk counted as one line of JSON, the last of its output. Argument: the bytes to post, 0 for a GET.
function init(arguments)
  local size = tonumber(arguments[1])
  if size > 0 then wrk.method, wrk.body = "POST", string.rep("x", size) end
end

function done(summary, latency)
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"seconds":%f,"bytes":%d,"broken":%d,"refused":%d,"p50_us":%d,"p99_us":%d}\n',
    summary.requests, summary.duration / 1e6, summary.bytes,
    errors.connect + errors.read + errors.write + errors.timeout, errors.status,
    latency:percentile(50), latency:percentile(99)))
end
