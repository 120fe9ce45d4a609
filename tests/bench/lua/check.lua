-- Compares every response with what is expected, and prints the same line as done.lua, where `refused` are the wrong ones.
-- Arguments: the bytes to post (0 for a GET, else the body is expected back), and the body expected of a GET.
local threads = {}

function setup(thread) table.insert(threads, thread) end

function init(arguments)
  wrong, expected = 0, arguments[2]
  local size = tonumber(arguments[1])
  if size > 0 then
    expected = string.rep("x", size)
    wrk.method, wrk.body = "POST", expected
  end
end

function response(status, headers, body)
  if status ~= 200 or body ~= expected then wrong = wrong + 1 end
end

function done(summary, latency)
  local refused = 0
  for _, thread in ipairs(threads) do refused = refused + thread:get("wrong") end
  local errors = summary.errors
  io.write(string.format(
    '\n{"requests":%d,"seconds":%f,"bytes":%d,"broken":%d,"refused":%d,"p50_us":%d,"p99_us":%d}\n',
    summary.requests, summary.duration / 1e6, summary.bytes,
    errors.connect + errors.read + errors.write + errors.timeout, refused,
    latency:percentile(50), latency:percentile(99)))
end
