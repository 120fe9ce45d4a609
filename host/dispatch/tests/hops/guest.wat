;; What every worker of these tests can do. `guests.rs` puts the worker's own part behind it, and makes a component of both.
;; Memory: texts from 4096 on, results of imports below 1024, the heap from 65536 on.
(import "wasi:http/types@0.2.12" "[constructor]fields" (func $fields (result i32)))
(import "wasi:http/types@0.2.12" "[method]fields.append" (func $append (param i32 i32 i32 i32 i32 i32)))
(import "wasi:http/types@0.2.12" "[constructor]outgoing-request" (func $new_request (param i32) (result i32)))
(import "wasi:http/types@0.2.12" "[method]outgoing-request.set-method" (func $set_method (param i32 i32 i32 i32) (result i32)))
(import "wasi:http/types@0.2.12" "[method]outgoing-request.set-scheme"
  (func $set_scheme (param i32 i32 i32 i32 i32) (result i32)))
(import "wasi:http/types@0.2.12" "[method]outgoing-request.set-authority" (func $set_authority (param i32 i32 i32 i32) (result i32)))
(import "wasi:http/types@0.2.12" "[method]outgoing-request.set-path-with-query"
  (func $set_path (param i32 i32 i32 i32) (result i32)))
(import "wasi:http/types@0.2.12" "[method]outgoing-request.body" (func $request_body (param i32 i32)))
(import "wasi:http/types@0.2.12" "[constructor]request-options" (func $new_options (result i32)))
(import "wasi:http/types@0.2.12" "[method]request-options.set-first-byte-timeout"
  (func $set_first_byte (param i32 i32 i64) (result i32)))
(import "wasi:http/types@0.2.12" "[method]request-options.set-between-bytes-timeout"
  (func $set_between_bytes (param i32 i32 i64) (result i32)))
(import "wasi:http/types@0.2.12" "[method]incoming-request.consume" (func $consume_request (param i32 i32)))
(import "wasi:http/types@0.2.12" "[method]incoming-response.consume" (func $consume_response (param i32 i32)))
(import "wasi:http/types@0.2.12" "[method]incoming-body.stream" (func $incoming_stream (param i32 i32)))
(import "wasi:http/types@0.2.12" "[constructor]outgoing-response" (func $new_response (param i32) (result i32)))
(import "wasi:http/types@0.2.12" "[method]outgoing-response.set-status-code" (func $set_status (param i32 i32) (result i32)))
(import "wasi:http/types@0.2.12" "[method]outgoing-response.body" (func $response_body (param i32 i32)))
(import "wasi:http/types@0.2.12" "[method]outgoing-body.write" (func $outgoing_stream (param i32 i32)))
(import "wasi:http/types@0.2.12" "[static]response-outparam.set"
  (func $set_response (param i32 i32 i32 i32 i64 i32 i32 i32 i32)))
(import "wasi:http/types@0.2.12" "[method]future-incoming-response.subscribe" (func $subscribe_http (param i32) (result i32)))
(import "wasi:http/types@0.2.12" "[method]future-incoming-response.get" (func $get_http (param i32 i32)))
(import "wasi:http/outgoing-handler@0.2.12" "handle" (func $handle_request (param i32 i32 i32 i32)))
(import "wasi:io/poll@0.2.12" "[method]pollable.block" (func $block (param i32)))
(import "wasi:io/streams@0.2.12" "[method]input-stream.blocking-read" (func $read (param i32 i64 i32)))
(import "wasi:io/streams@0.2.12" "[method]output-stream.blocking-write-and-flush" (func $write (param i32 i32 i32 i32)))
(import "wasi:clocks/monotonic-clock@0.2.12" "subscribe-duration" (func $sleep (param i64) (result i32)))

(memory (export "memory") 2)
(global $heap (mut i32) (i32.const 65536))

(func (export "cabi_realloc") (param i32 i32 i32 i32) (result i32) (local $at i32)
  (local.set $at (i32.and (i32.add (global.get $heap) (i32.const 15)) (i32.const -16)))
  (global.set $heap (i32.add (local.get $at) (local.get 3)))
  (if (i32.gt_u (global.get $heap) (i32.const 131072)) (then (global.set $heap (i32.const 65536)) (unreachable)))
  (local.get $at))

;; A request with the headers of `$headers`, for http (scheme 0) or https (1), with GET (method 0) or POST (2).
(func $request (param $scheme i32) (param $method i32) (param $host i32) (param $host_len i32) (param $path i32) (param $path_len i32)
  (result i32) (local $request i32)
  (local.set $request (call $new_request (call $headers)))
  (drop (call $set_method (local.get $request) (local.get $method) (i32.const 0) (i32.const 0)))
  (drop (call $set_scheme (local.get $request) (i32.const 1) (local.get $scheme) (i32.const 0) (i32.const 0)))
  (drop (call $set_authority (local.get $request) (i32.const 1) (local.get $host) (local.get $host_len)))
  (drop (call $set_path (local.get $request) (i32.const 1) (local.get $path) (local.get $path_len)))
  (local.get $request))

;; Timeouts in nanoseconds.
(func $options (param $first i64) (param $between i64) (result i32) (local $options i32)
  (local.set $options (call $new_options))
  (drop (call $set_first_byte (local.get $options) (i32.const 1) (local.get $first)))
  (drop (call $set_between_bytes (local.get $options) (i32.const 1) (local.get $between)))
  (local.get $options))

;; Writes "half" into an outgoing body, and leaves the body open.
(func $write_half (param $body i32)
  (call $outgoing_stream (local.get $body) (i32.const 64))
  (call $write (i32.load (i32.const 68)) (i32.const 1024) (i32.const 4) (i32.const 80)))
(data (i32.const 1024) "half")

;; The body of a request that is not sent yet.
(func $open (param $request i32) (result i32)
  (call $request_body (local.get $request) (i32.const 64))
  (i32.load (i32.const 68)))

;; Sends a request by the worker's one way out, and waits: the response, or -1.
(func $send (param $request i32) (result i32)
  (call $handle_request (local.get $request) (i32.const 0) (i32.const 0) (i32.const 128))
  (call $wait_http (i32.const 128)))

;; Waits for a result<future-incoming-response> at an address: the response, or -1.
(func $wait_http (param $result i32) (result i32) (local $future i32)
  (if (i32.load8_u (local.get $result)) (then (return (i32.const -1))))
  (local.set $future (i32.load (i32.add (local.get $result) (i32.const 8))))
  (call $block (call $subscribe_http (local.get $future)))
  (call $get_http (local.get $future) (i32.const 256))
  (call $answered))

;; The response of an option<result<result<response, error>>> at 256, or -1.
(func $answered (result i32)
  (if (i32.load8_u (i32.const 272)) (then (return (i32.const -1))))
  (i32.load (i32.const 280)))

;; Reads an incoming body to its end: 1 if it is complete, 0 if it is truncated.
(func $read_all (param $body i32) (result i32) (local $stream i32)
  (call $incoming_stream (local.get $body) (i32.const 64))
  (local.set $stream (i32.load (i32.const 68)))
  (loop $more
    (call $read (local.get $stream) (i64.const 1024) (i32.const 80))
    (br_if $more (i32.eqz (i32.load8_u (i32.const 80)))))
  (i32.load8_u (i32.const 84)))

(func $read_request (param $request i32) (result i32)
  (call $consume_request (local.get $request) (i32.const 64))
  (call $read_all (i32.load (i32.const 68))))

;; Reads a response to its end: 1 if it is complete, 0 if it is truncated.
(func $read_response (param $response i32) (result i32)
  (call $consume_response (local.get $response) (i32.const 64))
  (call $read_all (i32.load (i32.const 68))))

;; Answers with a status. The body is returned open.
(func $answer (param $out i32) (param $status i32) (result i32) (local $response i32) (local $body i32)
  (local.set $response (call $new_response (call $fields)))
  (drop (call $set_status (local.get $response) (local.get $status)))
  (call $response_body (local.get $response) (i32.const 64))
  (local.set $body (i32.load (i32.const 68)))
  (call $set_response (local.get $out) (i32.const 0) (local.get $response)
    (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))
  (local.get $body))

;; Answers with a status that has no body, or with an empty one.
(func $answer_empty (param $out i32) (param $status i32) (local $response i32)
  (local.set $response (call $new_response (call $fields)))
  (drop (call $set_status (local.get $response) (local.get $status)))
  (call $set_response (local.get $out) (i32.const 0) (local.get $response)
    (i32.const 0) (i64.const 0) (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0)))

;; Never returns, and uses no CPU time.
(func $wait_forever (call $block (call $sleep (i64.const 0x7000000000000000))))

;; Never returns, and uses all CPU time that it may.
(func $spin (loop $more (br $more)))
