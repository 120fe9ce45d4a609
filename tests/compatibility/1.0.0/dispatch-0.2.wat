;; dispatch-0.2.wat: built for tollgate:platform 1.0.0 from source/, as ../README.md says.
(component
(type $ty-wasi:io/poll@0.2.12
(instance
(export "pollable" (type (sub resource)))
(type (borrow 0))
(type (func (param "self" 1)))
(export "[method]pollable.block" (func (type 2)))
)
)
(import "wasi:io/poll@0.2.12" (instance $wasi:io/poll@0.2.12 (type $ty-wasi:io/poll@0.2.12)))
(type $ty-wasi:io/error@0.2.12
(instance
(export "error" (type (sub resource)))
)
)
(import "wasi:io/error@0.2.12" (instance $wasi:io/error@0.2.12 (type $ty-wasi:io/error@0.2.12)))
(alias export $wasi:io/error@0.2.12 "error" (type $error))
(type $ty-wasi:io/streams@0.2.12
(instance
(export "output-stream" (type (sub resource)))
(alias outer 1 $error (type))
(export "error" (type (eq 1)))
(type (own 2))
(type (variant (case "last-operation-failed" 3) (case "closed")))
(export "stream-error" (type (eq 4)))
(type (borrow 0))
(type (list u8))
(type (result (error 5)))
(type (func (param "self" 6) (param "contents" 7) (result 8)))
(export "[method]output-stream.blocking-write-and-flush" (func (type 9)))
)
)
(import "wasi:io/streams@0.2.12" (instance $wasi:io/streams@0.2.12 (type $ty-wasi:io/streams@0.2.12)))
(alias export $wasi:io/streams@0.2.12 "output-stream" (type $output-stream))
(type $ty-wasi:http/types@0.2.12
(instance
(export "incoming-request" (type (sub resource)))
(export "incoming-response" (type (sub resource)))
(export "response-outparam" (type (sub resource)))
(export "fields" (type (sub resource)))
(export "headers" (type (eq 3)))
(export "outgoing-response" (type (sub resource)))
(type u16)
(export "status-code" (type (eq 6)))
(export "outgoing-body" (type (sub resource)))
(type (option string))
(type (option u16))
(type (record (field "rcode" 9) (field "info-code" 10)))
(export "DNS-error-payload" (type (eq 11)))
(type (option u8))
(type (record (field "alert-id" 13) (field "alert-message" 9)))
(export "TLS-alert-received-payload" (type (eq 14)))
(type (option u32))
(type (record (field "field-name" 9) (field "field-size" 16)))
(export "field-size-payload" (type (eq 17)))
(type (option u64))
(type (option 18))
(type (variant (case "DNS-timeout") (case "DNS-error" 12) (case "destination-not-found") (case "destination-unavailable") (case "destination-IP-prohibited") (case "destination-IP-unroutable") (case "connection-refused") (case "connection-terminated") (case "connection-timeout") (case "connection-read-timeout") (case "connection-write-timeout") (case "connection-limit-reached") (case "TLS-protocol-error") (case "TLS-certificate-error") (case "TLS-alert-received" 15) (case "HTTP-request-denied") (case "HTTP-request-length-required") (case "HTTP-request-body-size" 19) (case "HTTP-request-method-invalid") (case "HTTP-request-URI-invalid") (case "HTTP-request-URI-too-long") (case "HTTP-request-header-section-size" 16) (case "HTTP-request-header-size" 20) (case "HTTP-request-trailer-section-size" 16) (case "HTTP-request-trailer-size" 18) (case "HTTP-response-incomplete") (case "HTTP-response-header-section-size" 16) (case "HTTP-response-header-size" 18) (case "HTTP-response-body-size" 19) (case "HTTP-response-trailer-section-size" 16) (case "HTTP-response-trailer-size" 18) (case "HTTP-response-transfer-coding" 9) (case "HTTP-response-content-coding" 9) (case "HTTP-response-timeout") (case "HTTP-upgrade-failed") (case "HTTP-protocol-error") (case "loop-detected") (case "configuration-error") (case "internal-error" 9)))
(export "error-code" (type (eq 21)))
(alias outer 1 $output-stream (type))
(export "output-stream" (type (eq 23)))
(export "trailers" (type (eq 3)))
(type (own 3))
(type (func (result 26)))
(export "[constructor]fields" (func (type 27)))
(type (borrow 0))
(type (func (param "self" 28) (result 9)))
(export "[method]incoming-request.authority" (func (type 29)))
(type (own 2))
(type (own 5))
(type (result 31 (error 22)))
(type (func (param "param" 30) (param "response" 32)))
(export "[static]response-outparam.set" (func (type 33)))
(type (own 4))
(type (func (param "headers" 34) (result 31)))
(export "[constructor]outgoing-response" (func (type 35)))
(type (borrow 5))
(type (result))
(type (func (param "self" 36) (param "status-code" 7) (result 37)))
(export "[method]outgoing-response.set-status-code" (func (type 38)))
(type (own 8))
(type (result 39))
(type (func (param "self" 36) (result 40)))
(export "[method]outgoing-response.body" (func (type 41)))
(type (borrow 8))
(type (own 24))
(type (result 43))
(type (func (param "self" 42) (result 44)))
(export "[method]outgoing-body.write" (func (type 45)))
(type (own 25))
(type (option 46))
(type (result (error 22)))
(type (func (param "this" 39) (param "trailers" 47) (result 48)))
(export "[static]outgoing-body.finish" (func (type 49)))
)
)
(import "wasi:http/types@0.2.12" (instance $wasi:http/types@0.2.12 (type $ty-wasi:http/types@0.2.12)))
(alias export $wasi:http/types@0.2.12 "incoming-request" (type $incoming-request))
(alias export $wasi:io/poll@0.2.12 "pollable" (type $pollable))
(alias export $wasi:http/types@0.2.12 "incoming-response" (type $incoming-response))
(alias export $wasi:http/types@0.2.12 "response-outparam" (type $response-outparam))
(type $ty-tollgate:platform/dispatcher@1.0.0
(instance
(export "options" (type (sub resource)))
(export "worker" (type (sub resource)))
(export "dispatch-error" (type (sub resource)))
(alias outer 1 $incoming-request (type))
(export "incoming-request" (type (eq 3)))
(export "future-response" (type (sub resource)))
(alias outer 1 $pollable (type))
(export "pollable" (type (eq 6)))
(alias outer 1 $incoming-response (type))
(export "incoming-response" (type (eq 8)))
(alias outer 1 $response-outparam (type))
(export "response-outparam" (type (eq 10)))
(type (own 0))
(type (func (result 12)))
(export "[constructor]options" (func (type 13)))
(type (borrow 0))
(type (func (param "self" 14) (param "json" string)))
(export "[method]options.set-props" (func (type 15)))
(type (func (param "self" 14) (param "limit" u64)))
(export "[method]options.set-cpu-ms" (func (type 16)))
(export "[method]options.set-subrequests" (func (type 16)))
(type (borrow 2))
(type (func (param "self" 17) (result string)))
(export "[method]dispatch-error.code" (func (type 18)))
(export "[method]dispatch-error.message" (func (type 18)))
(type (borrow 1))
(type (own 4))
(type (own 5))
(type (func (param "self" 19) (param "request" 20) (result 21)))
(export "[method]worker.forward" (func (type 22)))
(type (borrow 5))
(type (own 7))
(type (func (param "self" 23) (result 24)))
(export "[method]future-response.subscribe" (func (type 25)))
(type (own 9))
(type (own 2))
(type (result 26 (error 27)))
(type (result 28))
(type (option 29))
(type (func (param "self" 23) (result 30)))
(export "[method]future-response.get" (func (type 31)))
(type (option 12))
(type (own 1))
(type (result 33 (error 27)))
(type (func (param "binding" string) (param "name" string) (param "options" 32) (result 34)))
(export "get" (func (type 35)))
(type (own 11))
(type (func (param "out" 36) (param "response" 26)))
(export "reply" (func (type 37)))
)
)
(import "tollgate:platform/dispatcher@1.0.0" (instance $tollgate:platform/dispatcher@1.0.0 (type $ty-tollgate:platform/dispatcher@1.0.0)))
(core module $main
(type (func (param i32 i32) (result i32)))
(type (func (param i32 i32 i32) (result i32)))
(type (func (result i32)))
(type (func (param i32 i32 i32)))
(type (func (param i32 i64)))
(type (func (param i32 i32)))
(type (func (param i32 i32 i32 i32 i32 i32 i32)))
(type (func (param i32)))
(type (func (param i32) (result i32)))
(type (func (param i32 i32 i32 i32 i64 i32 i32 i32 i32)))
(type (func (param i32 i32 i32 i32)))
(type (func))
(type (func (param i32 i32 i32 i32) (result i32)))
(import "tollgate:platform/dispatcher@1.0.0" "[constructor]options" (func (type 2)))
(import "tollgate:platform/dispatcher@1.0.0" "[method]options.set-props" (func (type 3)))
(import "tollgate:platform/dispatcher@1.0.0" "[method]options.set-cpu-ms" (func (type 4)))
(import "tollgate:platform/dispatcher@1.0.0" "[method]options.set-subrequests" (func (type 4)))
(import "wasi:http/types@0.2.12" "[method]incoming-request.authority" (func (type 5)))
(import "tollgate:platform/dispatcher@1.0.0" "get" (func (type 6)))
(import "tollgate:platform/dispatcher@1.0.0" "[resource-drop]options" (func (type 7)))
(import "tollgate:platform/dispatcher@1.0.0" "[method]worker.forward" (func (type 0)))
(import "wasi:http/types@0.2.12" "[resource-drop]incoming-request" (func (type 7)))
(import "tollgate:platform/dispatcher@1.0.0" "[method]future-response.subscribe" (func (type 8)))
(import "wasi:io/poll@0.2.12" "[method]pollable.block" (func (type 7)))
(import "wasi:io/poll@0.2.12" "[resource-drop]pollable" (func (type 7)))
(import "tollgate:platform/dispatcher@1.0.0" "[method]future-response.get" (func (type 5)))
(import "tollgate:platform/dispatcher@1.0.0" "[resource-drop]future-response" (func (type 7)))
(import "tollgate:platform/dispatcher@1.0.0" "[resource-drop]worker" (func (type 7)))
(import "tollgate:platform/dispatcher@1.0.0" "[method]dispatch-error.code" (func (type 5)))
(import "tollgate:platform/dispatcher@1.0.0" "reply" (func (type 5)))
(import "wasi:http/types@0.2.12" "[resource-drop]incoming-response" (func (type 7)))
(import "wasi:http/types@0.2.12" "[resource-drop]response-outparam" (func (type 7)))
(import "tollgate:platform/dispatcher@1.0.0" "[method]dispatch-error.message" (func (type 5)))
(import "wasi:http/types@0.2.12" "[constructor]fields" (func (type 2)))
(import "wasi:http/types@0.2.12" "[constructor]outgoing-response" (func (type 8)))
(import "wasi:http/types@0.2.12" "[resource-drop]fields" (func (type 7)))
(import "wasi:http/types@0.2.12" "[method]outgoing-response.set-status-code" (func (type 0)))
(import "wasi:http/types@0.2.12" "[method]outgoing-response.body" (func (type 5)))
(import "wasi:http/types@0.2.12" "[resource-drop]outgoing-response" (func (type 7)))
(import "wasi:http/types@0.2.12" "[static]response-outparam.set" (func (type 9)))
(import "wasi:http/types@0.2.12" "[method]outgoing-body.write" (func (type 5)))
(import "wasi:http/types@0.2.12" "[resource-drop]outgoing-body" (func (type 7)))
(import "wasi:io/streams@0.2.12" "[method]output-stream.blocking-write-and-flush" (func (type 10)))
(import "wasi:io/error@0.2.12" "[resource-drop]error" (func (type 7)))
(import "wasi:io/streams@0.2.12" "[resource-drop]output-stream" (func (type 7)))
(import "wasi:http/types@0.2.12" "[static]outgoing-body.finish" (func (type 10)))
(import "tollgate:platform/dispatcher@1.0.0" "[resource-drop]dispatch-error" (func (type 7)))
(table 7 7 funcref)
(memory 17)
(global (mut i32) i32.const 1048576)
(global i32 i32.const 0)
(global i32 i32.const 1)
(export "memory" (memory 0))
(export "cabi_realloc" (func 39))
(export "wasi:http/incoming-handler@0.2.12#handle" (func 40))
(elem (i32.const 1) func 35 38 47 48 49 50)
(func (type 11))
(func (type 0) (param i32 i32) (result i32)
local.get 1
local.get 0
i32.load offset=4
local.get 0
i32.load offset=8
call 36
)
(func (type 1) (param i32 i32 i32) (result i32)
(local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
block ;; label = @1
block ;; label = @2
local.get 0
i32.load offset=8
local.tee 3
i32.const 402653184
i32.and
i32.eqz
br_if 0
block ;; label = @3
block ;; label = @4
block ;; label = @5
block ;; label = @6
block ;; label = @7
local.get 3
i32.const 268435456
i32.and
i32.eqz
br_if 0
local.get 0
i32.load16_u offset=14
local.tee 4
br_if 1
i32.const 0
local.set 2
br 2
end
block ;; label = @7
local.get 2
i32.const 16
i32.lt_u
br_if 0
local.get 2
local.get 1
local.get 1
i32.const 3
i32.add
i32.const -4
i32.and
local.tee 5
i32.sub
local.tee 6
i32.add
local.tee 7
i32.const 3
i32.and
local.set 8
i32.const 0
local.set 9
i32.const 0
local.set 4
block ;; label = @8
local.get 1
local.get 5
i32.eq
br_if 0
i32.const 0
local.set 4
local.get 1
local.set 10
loop ;; label = @9
local.get 4
local.get 10
i32.load8_s
i32.const -65
i32.gt_s
i32.add
local.set 4
local.get 10
i32.const 1
i32.add
local.set 10
local.get 6
i32.const 1
i32.add
local.tee 6
br_if 0
end
end
block ;; label = @8
local.get 8
i32.eqz
br_if 0
local.get 5
local.get 7
i32.const 2147483644
i32.and
i32.add
local.set 10
i32.const 0
local.set 9
loop ;; label = @9
local.get 9
local.get 10
i32.load8_s
i32.const -65
i32.gt_s
i32.add
local.set 9
local.get 10
i32.const 1
i32.add
local.set 10
local.get 8
i32.const -1
i32.add
local.tee 8
br_if 0
end
end
local.get 7
i32.const 2
i32.shr_u
local.set 6
local.get 9
local.get 4
i32.add
local.set 4
loop ;; label = @8
local.get 5
local.set 7
local.get 6
i32.eqz
br_if 5
local.get 6
i32.const 192
local.get 6
i32.const 192
i32.lt_u
select
local.tee 11
i32.const 3
i32.and
local.set 12
block ;; label = @9
block ;; label = @10
local.get 11
i32.const 2
i32.shl
local.tee 13
i32.const 1008
i32.and
local.tee 10
br_if 0
i32.const 0
local.set 9
br 1
end
local.get 7
local.get 10
i32.add
local.set 5
i32.const 0
local.set 9
local.get 7
local.set 10
loop ;; label = @10
local.get 10
i32.const 12
i32.add
i32.load
local.tee 8
i32.const -1
i32.xor
i32.const 7
i32.shr_u
local.get 8
i32.const 6
i32.shr_u
i32.or
i32.const 16843009
i32.and
local.get 10
i32.const 8
i32.add
i32.load
local.tee 8
i32.const -1
i32.xor
i32.const 7
i32.shr_u
local.get 8
i32.const 6
i32.shr_u
i32.or
i32.const 16843009
i32.and
local.get 10
i32.const 4
i32.add
i32.load
local.tee 8
i32.const -1
i32.xor
i32.const 7
i32.shr_u
local.get 8
i32.const 6
i32.shr_u
i32.or
i32.const 16843009
i32.and
local.get 10
i32.load
local.tee 8
i32.const -1
i32.xor
i32.const 7
i32.shr_u
local.get 8
i32.const 6
i32.shr_u
i32.or
i32.const 16843009
i32.and
local.get 9
i32.add
i32.add
i32.add
i32.add
local.set 9
local.get 10
i32.const 16
i32.add
local.tee 10
local.get 5
i32.ne
br_if 0
end
end
local.get 6
local.get 11
i32.sub
local.set 6
local.get 7
local.get 13
i32.add
local.set 5
local.get 9
i32.const 8
i32.shr_u
i32.const 16711935
i32.and
local.get 9
i32.const 16711935
i32.and
i32.add
i32.const 65537
i32.mul
i32.const 16
i32.shr_u
local.get 4
i32.add
local.set 4
local.get 12
i32.eqz
br_if 0
end
local.get 12
i32.const 2
i32.shl
local.set 8
local.get 7
local.get 11
i32.const 252
i32.and
i32.const 2
i32.shl
i32.add
local.set 10
i32.const 0
local.set 9
loop ;; label = @8
local.get 10
i32.load
local.tee 5
i32.const -1
i32.xor
i32.const 7
i32.shr_u
local.get 5
i32.const 6
i32.shr_u
i32.or
i32.const 16843009
i32.and
local.get 9
i32.add
local.set 9
local.get 10
i32.const 4
i32.add
local.set 10
local.get 8
i32.const -4
i32.add
local.tee 8
br_if 0
end
local.get 9
i32.const 8
i32.shr_u
i32.const 16711935
i32.and
local.get 9
i32.const 16711935
i32.and
i32.add
i32.const 65537
i32.mul
i32.const 16
i32.shr_u
local.get 4
i32.add
local.set 4
br 4
end
i32.const 0
local.set 4
local.get 2
i32.eqz
br_if 3
local.get 1
local.set 10
local.get 2
local.set 9
loop ;; label = @7
local.get 4
local.get 10
i32.load8_s
i32.const -65
i32.gt_s
i32.add
local.set 4
local.get 10
i32.const 1
i32.add
local.set 10
local.get 9
i32.const -1
i32.add
local.tee 9
br_if 0
br 4
end
end
local.get 1
local.get 2
i32.add
local.set 5
i32.const 0
local.set 2
local.get 1
local.set 9
local.get 4
local.set 8
loop ;; label = @6
local.get 9
local.tee 10
local.get 5
i32.eq
br_if 2
block ;; label = @7
block ;; label = @8
local.get 10
i32.load8_s
local.tee 9
i32.const -1
i32.le_s
br_if 0
local.get 10
i32.const 1
i32.add
local.set 9
br 1
end
block ;; label = @8
local.get 9
i32.const -32
i32.ge_u
br_if 0
local.get 10
i32.const 2
i32.add
local.set 9
br 1
end
local.get 10
i32.const 4
i32.const 3
local.get 9
i32.const -17
i32.gt_u
select
i32.add
local.set 9
end
local.get 9
local.get 10
i32.sub
local.get 2
i32.add
local.set 2
local.get 8
i32.const -1
i32.add
local.tee 8
br_if 0
end
end
i32.const 0
local.set 8
end
local.get 4
local.get 8
i32.sub
local.set 4
end
local.get 4
local.get 0
i32.load16_u offset=12
local.tee 10
i32.ge_u
br_if 0
local.get 10
local.get 4
i32.sub
local.set 7
i32.const 0
local.set 10
i32.const 0
local.set 6
block ;; label = @3
block ;; label = @4
block ;; label = @5
local.get 3
i32.const 29
i32.shr_u
i32.const 3
i32.and
br_table 2 0 1 2 2
end
local.get 7
local.set 6
br 1
end
local.get 7
i32.const 65534
i32.and
i32.const 1
i32.shr_u
local.set 6
end
local.get 3
i32.const 2097151
i32.and
local.set 4
local.get 0
i32.load offset=4
local.set 8
local.get 0
i32.load
local.set 5
block ;; label = @3
loop ;; label = @4
local.get 10
i32.const 65535
i32.and
local.get 6
i32.const 65535
i32.and
i32.ge_u
br_if 1
i32.const 1
local.set 9
local.get 10
i32.const 1
i32.add
local.set 10
local.get 5
local.get 4
local.get 8
i32.load offset=16
call_indirect (type 0)
br_if 3
br 0
end
end
i32.const 1
local.set 9
local.get 5
local.get 1
local.get 2
local.get 8
i32.load offset=12
call_indirect (type 1)
br_if 1
local.get 7
local.get 6
i32.sub
i32.const 65535
i32.and
local.set 6
i32.const 0
local.set 10
loop ;; label = @3
block ;; label = @4
local.get 10
i32.const 65535
i32.and
local.get 6
i32.lt_u
br_if 0
i32.const 0
return
end
i32.const 1
local.set 9
local.get 10
i32.const 1
i32.add
local.set 10
local.get 5
local.get 4
local.get 8
i32.load offset=16
call_indirect (type 0)
br_if 2
br 0
end
end
local.get 0
i32.load
local.get 1
local.get 2
local.get 0
i32.load offset=4
i32.load offset=12
call_indirect (type 1)
local.set 9
end
local.get 9
)
(func (type 0) (param i32 i32) (result i32)
(local i32 i32)
global.get 1
i32.const 1048704
i32.add
i32.load
local.set 2
memory.size
local.set 3
block ;; label = @1
local.get 2
br_if 0
i32.const 1
memory.grow
drop
local.get 3
i32.const 16
i32.shl
local.set 2
end
block ;; label = @1
local.get 0
local.get 2
local.get 0
i32.rem_u
local.tee 3
i32.sub
i32.const 0
local.get 3
select
local.get 2
i32.add
local.tee 0
local.get 1
i32.add
local.tee 2
memory.size
i32.const 16
i32.shl
local.tee 1
i32.le_u
br_if 0
local.get 2
local.get 1
i32.sub
i32.const 16
i32.shr_u
local.get 2
i32.const 65535
i32.and
i32.const 0
i32.ne
i32.add
memory.grow
drop
end
global.get 1
i32.const 1048704
i32.add
local.get 2
i32.store
local.get 0
)
(func (type 11))
(func (type 12) (param i32 i32 i32 i32) (result i32)
block ;; label = @1
local.get 2
i32.popcnt
i32.const 1
i32.ne
br_if 0
i32.const 0
local.get 2
local.get 3
i32.const -2147483648
local.get 2
i32.sub
i32.gt_u
select
local.tee 2
i32.eqz
br_if 0
local.get 2
local.get 3
call 37
local.set 2
block ;; label = @2
local.get 3
local.get 1
local.get 3
local.get 1
i32.lt_u
select
local.tee 3
i32.eqz
br_if 0
local.get 2
local.get 0
local.get 3
memory.copy
end
local.get 2
return
end
unreachable
)
(func (type 5) (param i32 i32)
(local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
global.get 0
i32.const 80
i32.sub
local.tee 2
global.set 0
block ;; label = @1
global.get 1
i32.const 1048708
i32.add
i32.load8_u
br_if 0
global.get 1
local.set 3
call 34
local.get 3
i32.const 1048708
i32.add
i32.const 1
i32.store8
end
global.get 1
local.set 3
call 0
local.tee 4
local.get 3
i32.const 1048576
i32.add
i32.const 15
call 1
local.get 4
i64.const 5000
call 2
local.get 4
i64.const 7
call 3
local.get 0
local.get 2
i32.const 24
i32.add
call 4
i32.const 1
local.get 2
i32.load offset=28
local.get 2
i32.load8_u offset=24
i32.eqz
local.get 2
i32.load offset=32
local.tee 3
i32.const -2147483648
i32.eq
i32.or
local.tee 5
select
local.set 6
i32.const 0
local.set 7
i32.const 0
local.get 3
local.get 5
select
local.set 8
block ;; label = @1
loop ;; label = @2
local.get 6
local.get 7
i32.add
local.set 9
block ;; label = @3
block ;; label = @4
local.get 8
local.get 7
i32.sub
local.tee 10
i32.const 7
i32.gt_u
br_if 0
local.get 8
local.get 7
i32.eq
br_if 3
i32.const 0
local.set 3
loop ;; label = @5
local.get 9
local.get 3
i32.add
i32.load8_u
i32.const 46
i32.eq
br_if 2
local.get 10
local.get 3
i32.const 1
i32.add
local.tee 3
i32.ne
br_if 0
br 4
end
end
block ;; label = @4
block ;; label = @5
block ;; label = @6
local.get 9
i32.const 3
i32.add
i32.const -4
i32.and
local.tee 3
local.get 9
i32.eq
br_if 0
local.get 3
local.get 9
i32.sub
local.set 5
i32.const 0
local.set 3
loop ;; label = @7
local.get 9
local.get 3
i32.add
i32.load8_u
i32.const 46
i32.eq
br_if 4
local.get 5
local.get 3
i32.const 1
i32.add
local.tee 3
i32.ne
br_if 0
end
local.get 5
local.get 10
i32.const -8
i32.add
local.tee 11
i32.gt_u
br_if 2
br 1
end
local.get 10
i32.const -8
i32.add
local.set 11
i32.const 0
local.set 5
end
loop ;; label = @5
i32.const 16843008
local.get 9
local.get 5
i32.add
local.tee 3
i32.load
local.tee 12
i32.const 774778414
i32.xor
i32.sub
local.get 12
i32.or
i32.const 16843008
local.get 3
i32.const 4
i32.add
i32.load
local.tee 3
i32.const 774778414
i32.xor
i32.sub
local.get 3
i32.or
i32.and
i32.const -2139062144
i32.and
i32.const -2139062144
i32.ne
br_if 1
local.get 5
i32.const 8
i32.add
local.tee 5
local.get 11
i32.le_u
br_if 0
end
end
local.get 10
local.get 5
i32.eq
br_if 2
local.get 9
local.get 5
i32.add
local.set 9
local.get 8
local.get 5
i32.sub
local.get 7
i32.sub
local.set 12
i32.const 0
local.set 3
block ;; label = @4
loop ;; label = @5
local.get 9
local.get 3
i32.add
i32.load8_u
i32.const 46
i32.eq
br_if 1
local.get 12
local.get 3
i32.const 1
i32.add
local.tee 3
i32.ne
br_if 0
br 4
end
end
local.get 3
local.get 5
i32.add
local.set 3
end
block ;; label = @3
local.get 3
local.get 7
i32.add
local.tee 3
local.get 8
i32.ge_u
br_if 0
local.get 6
local.get 3
i32.add
i32.load8_u
i32.const 46
i32.ne
br_if 0
local.get 3
local.set 8
br 2
end
local.get 8
local.get 3
i32.const 1
i32.add
local.tee 7
i32.ge_u
br_if 0
end
end
i32.const 1
local.set 3
block ;; label = @1
block ;; label = @2
block ;; label = @3
block ;; label = @4
block ;; label = @5
local.get 8
i32.eqz
br_if 0
i32.const 1
local.get 8
call 37
local.tee 3
i32.eqz
br_if 1
local.get 8
i32.eqz
br_if 0
local.get 3
local.get 6
local.get 8
memory.copy
end
local.get 2
i64.const -4294967295
i64.store offset=68 align=4
local.get 2
i64.const 0
i64.store offset=24
global.get 1
i32.const 1048591
i32.add
i32.const 10
local.get 3
local.get 8
i32.const 1
local.get 4
local.get 2
i32.const 24
i32.add
call 5
local.get 2
i32.load offset=28
local.set 3
local.get 2
i32.load8_u offset=24
local.set 8
block ;; label = @5
local.get 2
i32.load offset=72
local.tee 5
i32.const -1
i32.eq
br_if 0
local.get 5
call 6
end
block ;; label = @5
block ;; label = @6
block ;; label = @7
block ;; label = @8
block ;; label = @9
local.get 8
i32.const 255
i32.and
i32.eqz
br_if 0
local.get 3
local.set 11
br 1
end
local.get 2
i32.const -1
i32.store offset=24
local.get 3
local.get 0
call 7
local.set 5
block ;; label = @9
local.get 2
i32.load offset=24
local.tee 9
i32.const -1
i32.eq
br_if 0
local.get 9
call 8
end
local.get 5
call 9
local.tee 9
call 10
block ;; label = @9
local.get 9
i32.const -1
i32.eq
br_if 0
local.get 9
call 11
end
local.get 5
local.get 2
i32.const 24
i32.add
call 12
local.get 2
i32.load8_u offset=24
i32.eqz
br_if 6
local.get 2
i32.load8_u offset=28
i32.const 255
i32.and
br_if 6
local.get 2
i32.load offset=36
local.set 11
local.get 2
i32.load8_u offset=32
i32.eqz
br_if 1
block ;; label = @9
local.get 5
i32.const -1
i32.eq
br_if 0
local.get 5
call 13
end
local.get 3
i32.const -1
i32.eq
br_if 0
local.get 3
call 14
end
local.get 2
i64.const 0
i64.store offset=24
local.get 11
local.get 2
i32.const 24
i32.add
call 15
local.get 2
local.get 2
i32.load offset=28
local.tee 3
i32.store offset=8
local.get 2
local.get 2
i32.load offset=24
local.tee 5
i32.store offset=4
local.get 2
local.get 3
i32.store
local.get 3
i32.const 5
i32.eq
br_if 1
i32.const 500
local.set 7
local.get 3
i32.const 16
i32.ne
br_if 2
i32.const 404
i32.const 500
local.get 5
i64.load align=1
i64.const 7939127498043977591
i64.xor
local.get 5
i32.const 8
i32.add
i64.load align=1
i64.const 7236850772547040367
i64.xor
i64.or
i64.eqz
select
local.set 7
br 2
end
local.get 2
i32.const -1
i32.store offset=24
local.get 2
i32.const -1
i32.store offset=68
local.get 1
local.get 11
call 16
block ;; label = @7
local.get 2
i32.load offset=24
local.tee 9
i32.const -1
i32.eq
br_if 0
local.get 9
call 17
end
block ;; label = @7
local.get 2
i32.load offset=68
local.tee 9
i32.const -1
i32.eq
br_if 0
local.get 9
call 18
end
block ;; label = @7
local.get 5
i32.const -1
i32.eq
br_if 0
local.get 5
call 13
end
local.get 3
i32.const -1
i32.eq
br_if 5
local.get 3
call 14
br 5
end
block ;; label = @6
block ;; label = @7
local.get 5
i32.load align=1
local.tee 3
i32.const 16711935
i32.and
i32.const 8
i32.rotr
local.get 3
i32.const 24
i32.rotr
i32.const 16711935
i32.and
i32.or
local.tee 3
i32.const 1818848617
i32.eq
br_if 0
i32.const -1
i32.const 1
local.get 3
i32.const 1818848617
i32.lt_u
select
local.set 3
br 1
end
local.get 5
i32.const 4
i32.add
i32.load8_u
i32.const -116
i32.add
local.set 3
end
i32.const 500
i32.const 429
local.get 3
select
local.set 7
end
local.get 2
i64.const 0
i64.store offset=24
local.get 11
local.get 2
i32.const 24
i32.add
call 19
local.get 2
local.get 2
i32.load offset=28
local.tee 3
i32.store offset=20
local.get 2
local.get 2
i32.load offset=24
i32.store offset=16
local.get 2
local.get 3
i32.store offset=12
local.get 2
global.get 2
i32.const 0
i32.add
local.tee 3
i32.store offset=36
local.get 2
local.get 3
i32.store offset=28
global.get 1
i32.const 1048601
i32.add
local.set 5
local.get 2
local.get 2
i32.const 12
i32.add
i32.store offset=32
local.get 2
local.get 2
i32.store offset=24
i32.const 0
local.set 9
i32.const 192
local.set 3
i32.const 0
local.set 12
loop ;; label = @5
local.get 5
i32.const 1
i32.add
local.set 5
block ;; label = @6
block ;; label = @7
local.get 3
i32.extend8_s
i32.const -1
i32.gt_s
br_if 0
block ;; label = @8
local.get 3
i32.const 255
i32.and
i32.const 128
i32.ne
br_if 0
local.get 9
local.get 5
i32.load16_u align=1
local.tee 3
i32.add
local.set 9
local.get 5
local.get 3
i32.add
i32.const 2
i32.add
local.set 5
br 2
end
local.get 5
local.get 3
i32.const 3
i32.and
i32.const 8
i32.rotr
local.tee 10
i32.const 5
i32.shl
i32.const 1073741824
i32.and
local.get 10
i32.const 7
i32.shl
i32.or
i32.const 29
i32.shr_u
i32.add
local.get 3
i32.const 1
i32.shr_u
i32.const 2
i32.and
i32.add
local.get 3
i32.const 2
i32.shr_u
i32.const 2
i32.and
i32.add
local.set 5
local.get 9
i32.eqz
local.get 12
i32.or
local.set 12
br 1
end
local.get 5
local.get 3
i32.const 255
i32.and
local.tee 3
i32.add
local.set 5
local.get 9
local.get 3
i32.add
local.set 9
end
local.get 5
i32.load8_u
local.tee 3
br_if 0
end
block ;; label = @5
block ;; label = @6
block ;; label = @7
block ;; label = @8
local.get 12
local.get 9
i32.const 16
i32.lt_u
i32.and
i32.eqz
br_if 0
i32.const 1
local.set 5
br 1
end
i32.const 1
local.set 5
local.get 9
i32.const 1
i32.shl
local.tee 3
i32.const -1
i32.le_s
br_if 4
local.get 3
br_if 1
end
i32.const 0
local.set 3
br 1
end
i32.const 1
local.get 3
call 37
local.tee 5
i32.eqz
br_if 1
end
local.get 2
i32.const 0
i32.store offset=76
local.get 2
local.get 5
i32.store offset=72
local.get 2
local.get 3
i32.store offset=68
local.get 2
i32.const 68
i32.add
global.get 1
i32.const 1048601
i32.add
local.get 2
i32.const 24
i32.add
call 41
br_if 1
local.get 2
i32.load offset=76
local.set 9
local.get 2
i32.load offset=72
local.set 12
call 20
local.set 3
local.get 2
i32.const -1
i32.store offset=24
local.get 3
call 21
local.set 3
block ;; label = @5
local.get 2
i32.load offset=24
local.tee 5
i32.const -1
i32.eq
br_if 0
local.get 5
call 22
end
local.get 3
local.get 7
call 23
drop
local.get 2
i64.const 0
i64.store offset=24
local.get 3
local.get 2
i32.const 24
i32.add
call 24
block ;; label = @5
block ;; label = @6
local.get 2
i32.load8_u offset=24
i32.eqz
br_if 0
block ;; label = @7
local.get 3
i32.const -1
i32.eq
br_if 0
local.get 3
call 25
end
local.get 1
i32.const -1
i32.eq
br_if 1
local.get 1
call 18
br 1
end
local.get 2
i32.load offset=28
local.set 5
local.get 2
i64.const -4294967257
i64.store offset=24
local.get 2
i32.const -1
i32.store offset=68
local.get 1
i32.const 0
local.get 3
i32.const 0
i64.const 0
i32.const 0
i32.const 0
i32.const 0
i32.const 0
call 26
block ;; label = @6
local.get 2
i32.load offset=28
local.tee 3
i32.const -1
i32.eq
br_if 0
local.get 3
call 25
end
block ;; label = @6
local.get 2
i32.load offset=68
local.tee 3
i32.const -1
i32.eq
br_if 0
local.get 3
call 18
end
local.get 2
i64.const 0
i64.store offset=24
local.get 5
local.get 2
i32.const 24
i32.add
call 27
block ;; label = @6
local.get 2
i32.load8_u offset=24
i32.eqz
br_if 0
local.get 5
i32.const -1
i32.eq
br_if 1
local.get 5
call 28
br 1
end
local.get 2
i32.load offset=28
local.tee 3
local.get 12
local.get 9
local.get 2
i32.const 24
i32.add
call 29
block ;; label = @6
local.get 2
i32.load8_u offset=24
i32.eqz
br_if 0
local.get 2
i32.load8_u offset=28
br_if 0
local.get 2
i32.load offset=32
local.tee 9
i32.const -1
i32.eq
br_if 0
local.get 9
call 30
end
block ;; label = @6
local.get 3
i32.const -1
i32.eq
br_if 0
local.get 3
call 31
end
local.get 2
local.get 5
i32.store offset=68
local.get 2
i32.const -1
i32.store offset=68
local.get 5
i32.const 0
i32.const 0
local.get 2
i32.const 24
i32.add
call 32
local.get 2
i32.load offset=68
local.tee 3
i32.const -1
i32.eq
br_if 0
local.get 3
call 28
end
block ;; label = @5
local.get 11
i32.const -1
i32.eq
br_if 0
local.get 11
call 33
end
local.get 0
i32.const -1
i32.eq
br_if 3
local.get 8
i32.const 255
i32.and
i32.eqz
br_if 3
local.get 0
call 8
br 3
end
call 42
unreachable
end
call 43
unreachable
end
block ;; label = @2
local.get 5
i32.const -1
i32.eq
br_if 0
local.get 5
call 13
end
block ;; label = @2
local.get 3
i32.const -1
i32.eq
br_if 0
local.get 3
call 14
end
local.get 1
i32.const -1
i32.eq
br_if 0
local.get 1
call 18
end
local.get 2
i32.const 80
i32.add
global.set 0
)
(func (type 1) (param i32 i32 i32) (result i32)
(local i32 i32 i32 i32 i32 i32 i32)
global.get 0
i32.const 16
i32.sub
local.tee 3
global.set 0
block ;; label = @1
block ;; label = @2
block ;; label = @3
local.get 2
i32.const 1
i32.and
br_if 0
local.get 1
i32.load8_u
local.tee 4
i32.eqz
br_if 1
i32.const 0
local.set 5
loop ;; label = @4
local.get 1
i32.const 1
i32.add
local.set 6
block ;; label = @5
block ;; label = @6
block ;; label = @7
block ;; label = @8
block ;; label = @9
local.get 4
i32.extend8_s
i32.const -1
i32.gt_s
br_if 0
local.get 4
i32.const 255
i32.and
local.tee 7
i32.const 128
i32.eq
br_if 1
local.get 7
i32.const 192
i32.ne
br_if 3
local.get 3
local.get 0
i32.store
local.get 3
i64.const 1610612768
i64.store offset=8 align=4
local.get 3
global.get 1
i32.const 1048680
i32.add
i32.store offset=4
local.get 2
local.get 5
i32.const 3
i32.shl
i32.add
local.tee 4
i32.load
local.get 3
local.get 4
i32.load offset=4
call_indirect (type 0)
i32.eqz
br_if 2
i32.const 1
local.set 4
br 8
end
block ;; label = @9
local.get 0
i32.load
local.get 0
i32.load offset=8
local.tee 7
i32.sub
local.get 4
i32.const 255
i32.and
local.tee 4
i32.ge_u
br_if 0
local.get 0
local.get 7
local.get 4
call 45
local.get 0
i32.load offset=8
local.set 7
end
block ;; label = @9
local.get 4
i32.eqz
br_if 0
local.get 0
i32.load offset=4
local.get 7
i32.add
local.get 6
local.get 4
memory.copy
end
local.get 6
local.get 4
i32.add
local.set 1
local.get 0
local.get 7
local.get 4
i32.add
i32.store offset=8
br 3
end
local.get 1
i32.const 3
i32.add
local.set 7
block ;; label = @8
block ;; label = @9
block ;; label = @10
local.get 0
i32.load
local.get 0
i32.load offset=8
local.tee 6
i32.sub
local.get 1
i32.load16_u offset=1 align=1
local.tee 4
i32.ge_u
br_if 0
local.get 0
local.get 6
local.get 4
call 45
local.get 0
i32.load offset=8
local.set 6
br 1
end
local.get 4
i32.eqz
br_if 1
end
local.get 4
i32.eqz
br_if 0
local.get 0
i32.load offset=4
local.get 6
i32.add
local.get 7
local.get 4
memory.copy
end
local.get 7
local.get 4
i32.add
local.set 1
local.get 0
local.get 6
local.get 4
i32.add
i32.store offset=8
br 2
end
local.get 5
i32.const 1
i32.add
local.set 5
local.get 6
local.set 1
br 1
end
i32.const 1610612768
local.set 8
block ;; label = @6
local.get 4
i32.const 1
i32.and
i32.eqz
br_if 0
local.get 1
i32.const 5
i32.add
local.set 6
local.get 1
i32.load offset=1 align=1
local.set 8
end
i32.const 0
local.set 7
block ;; label = @6
block ;; label = @7
local.get 4
i32.const 2
i32.and
br_if 0
i32.const 0
local.set 9
local.get 6
local.set 1
br 1
end
local.get 6
i32.const 2
i32.add
local.set 1
local.get 6
i32.load16_u align=1
local.set 9
end
block ;; label = @6
block ;; label = @7
local.get 4
i32.const 4
i32.and
br_if 0
local.get 1
local.set 6
br 1
end
local.get 1
i32.const 2
i32.add
local.set 6
local.get 1
i32.load16_u align=1
local.set 7
end
block ;; label = @6
block ;; label = @7
local.get 4
i32.const 8
i32.and
br_if 0
local.get 6
local.set 1
br 1
end
local.get 6
i32.const 2
i32.add
local.set 1
local.get 6
i32.load16_u align=1
local.set 5
end
block ;; label = @6
local.get 4
i32.const 16
i32.and
i32.eqz
br_if 0
local.get 2
local.get 9
i32.const 65535
i32.and
i32.const 3
i32.shl
i32.add
i32.load16_u offset=4
local.set 9
end
block ;; label = @6
local.get 4
i32.const 32
i32.and
i32.eqz
br_if 0
local.get 2
local.get 7
i32.const 65535
i32.and
i32.const 3
i32.shl
i32.add
i32.load16_u offset=4
local.set 7
end
local.get 3
local.get 7
i32.store16 offset=14
local.get 3
local.get 9
i32.store16 offset=12
local.get 3
local.get 8
i32.store offset=8
local.get 3
local.get 0
i32.store
local.get 3
global.get 1
i32.const 1048680
i32.add
i32.store offset=4
block ;; label = @6
local.get 2
local.get 5
i32.const 3
i32.shl
i32.add
local.tee 4
i32.load
local.get 3
local.get 4
i32.load offset=4
call_indirect (type 0)
i32.eqz
br_if 0
i32.const 1
local.set 4
br 5
end
local.get 5
i32.const 1
i32.add
local.set 5
end
local.get 1
i32.load8_u
local.tee 4
br_if 0
br 2
end
end
block ;; label = @3
block ;; label = @4
block ;; label = @5
local.get 2
i32.const 1
i32.shr_u
local.tee 4
local.get 0
i32.load
local.get 0
i32.load offset=8
local.tee 6
i32.sub
i32.le_u
br_if 0
local.get 0
local.get 6
local.get 4
call 45
local.get 0
i32.load offset=8
local.set 6
br 1
end
local.get 4
i32.eqz
br_if 1
end
local.get 4
i32.eqz
br_if 0
local.get 0
i32.load offset=4
local.get 6
i32.add
local.get 1
local.get 4
memory.copy
end
local.get 0
local.get 6
local.get 4
i32.add
i32.store offset=8
end
i32.const 0
local.set 4
end
local.get 3
i32.const 16
i32.add
global.set 0
local.get 4
)
(func (type 11)
unreachable
)
(func (type 11)
call 42
unreachable
)
(func (type 5) (param i32 i32)
block ;; label = @1
local.get 0
i32.eqz
br_if 0
call 42
unreachable
end
call 43
unreachable
)
(func (type 3) (param i32 i32 i32)
(local i32)
global.get 0
i32.const 16
i32.sub
local.tee 3
global.set 0
block ;; label = @1
local.get 2
local.get 1
i32.add
local.tee 1
local.get 2
i32.ge_u
br_if 0
i32.const 0
i32.const 0
call 44
unreachable
end
local.get 3
i32.const 4
i32.add
local.get 0
i32.load
local.tee 2
local.get 0
i32.load offset=4
local.get 1
local.get 2
i32.const 1
i32.shl
local.tee 2
local.get 1
local.get 2
i32.gt_u
select
local.tee 2
i32.const 8
local.get 2
i32.const 8
i32.gt_u
select
local.tee 2
call 46
block ;; label = @1
local.get 3
i32.load offset=4
i32.const 1
i32.ne
br_if 0
local.get 3
i32.load offset=8
local.get 3
i32.load offset=12
call 44
unreachable
end
local.get 3
i32.load offset=8
local.set 1
local.get 0
local.get 2
i32.store
local.get 0
local.get 1
i32.store offset=4
local.get 3
i32.const 16
i32.add
global.set 0
)
(func (type 10) (param i32 i32 i32 i32)
(local i32)
block ;; label = @1
block ;; label = @2
local.get 3
i32.const 0
i32.ge_s
br_if 0
i32.const 1
local.set 1
i32.const 4
local.set 4
i32.const 0
local.set 3
br 1
end
block ;; label = @2
block ;; label = @3
block ;; label = @4
block ;; label = @5
local.get 1
i32.eqz
br_if 0
i32.const 1
local.get 3
call 37
local.tee 4
i32.eqz
br_if 1
local.get 1
i32.eqz
br_if 2
local.get 4
local.get 2
local.get 1
memory.copy
br 2
end
i32.const 1
local.get 3
call 37
local.tee 4
br_if 1
end
i32.const 1
local.set 1
local.get 0
i32.const 1
i32.store offset=4
br 1
end
local.get 0
local.get 4
i32.store offset=4
i32.const 0
local.set 1
end
i32.const 8
local.set 4
end
local.get 0
local.get 4
i32.add
local.get 3
i32.store
local.get 0
local.get 1
i32.store
)
(func (type 7) (param i32))
(func (type 1) (param i32 i32 i32) (result i32)
(local i32)
block ;; label = @1
block ;; label = @2
block ;; label = @3
local.get 2
local.get 0
i32.load
local.get 0
i32.load offset=8
local.tee 3
i32.sub
i32.le_u
br_if 0
local.get 0
local.get 3
local.get 2
call 45
local.get 0
i32.load offset=8
local.set 3
br 1
end
local.get 2
i32.eqz
br_if 1
end
local.get 2
i32.eqz
br_if 0
local.get 0
i32.load offset=4
local.get 3
i32.add
local.get 1
local.get 2
memory.copy
end
local.get 0
local.get 3
local.get 2
i32.add
i32.store offset=8
i32.const 0
)
(func (type 0) (param i32 i32) (result i32)
(local i32 i32 i32 i32 i32 i32)
local.get 0
i32.load offset=8
local.set 2
block ;; label = @1
block ;; label = @2
local.get 1
i32.const 128
i32.ge_u
br_if 0
i32.const 1
local.set 3
br 1
end
block ;; label = @2
local.get 1
i32.const 2048
i32.ge_u
br_if 0
i32.const 2
local.set 3
br 1
end
i32.const 3
i32.const 4
local.get 1
i32.const 65536
i32.lt_u
select
local.set 3
end
local.get 2
local.set 4
block ;; label = @1
local.get 3
local.get 0
i32.load
local.get 2
i32.sub
i32.le_u
br_if 0
local.get 0
local.get 2
local.get 3
call 45
local.get 0
i32.load offset=8
local.set 4
end
local.get 0
i32.load offset=4
local.get 4
i32.add
local.set 4
block ;; label = @1
block ;; label = @2
local.get 1
i32.const 128
i32.lt_u
br_if 0
local.get 1
i32.const 63
i32.and
i32.const -128
i32.or
local.set 5
local.get 1
i32.const 6
i32.shr_u
local.set 6
block ;; label = @3
local.get 1
i32.const 2048
i32.ge_u
br_if 0
local.get 4
local.get 5
i32.store8 offset=1
local.get 4
local.get 6
i32.const 192
i32.or
i32.store8
br 2
end
local.get 1
i32.const 12
i32.shr_u
local.set 7
local.get 6
i32.const 63
i32.and
i32.const -128
i32.or
local.set 6
block ;; label = @3
local.get 1
i32.const 65535
i32.gt_u
br_if 0
local.get 4
local.get 5
i32.store8 offset=2
local.get 4
local.get 6
i32.store8 offset=1
local.get 4
local.get 7
i32.const 224
i32.or
i32.store8
br 2
end
local.get 4
local.get 5
i32.store8 offset=3
local.get 4
local.get 6
i32.store8 offset=2
local.get 4
local.get 7
i32.const 63
i32.and
i32.const -128
i32.or
i32.store8 offset=1
local.get 4
local.get 1
i32.const 18
i32.shr_u
i32.const -16
i32.or
i32.store8
br 1
end
local.get 4
local.get 1
i32.store8
end
local.get 0
local.get 3
local.get 2
i32.add
i32.store offset=8
i32.const 0
)
(func (type 1) (param i32 i32 i32) (result i32)
local.get 0
local.get 1
local.get 2
call 41
)
(data (i32.const 1048576) "{\22plan\22:\22paid\22}dispatcher\c0\02: \c0\00")
(data (i32.const 1048608) "\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\03\00\00\00\0c\00\00\00\04\00\00\00\04\00\00\00\05\00\00\00\06\00\00\00")
)
(core module $wit-component-shim-module
(type (func (param i32 i32 i32)))
(type (func (param i32 i32 i32 i32 i32 i32 i32)))
(type (func (param i32 i32)))
(type (func (param i32 i32 i32 i32 i64 i32 i32 i32 i32)))
(type (func (param i32 i32 i32 i32)))
(type (func (param i32 i32 i32 i32)))
(table 11 11 funcref)
(export "0" (func 0))
(export "1" (func 1))
(export "2" (func 2))
(export "3" (func 3))
(export "4" (func 4))
(export "5" (func 5))
(export "6" (func 6))
(export "7" (func 7))
(export "8" (func 8))
(export "9" (func 9))
(export "10" (func 10))
(export "$imports" (table 0))
(func (type 0) (param i32 i32 i32)
local.get 0
local.get 1
local.get 2
i32.const 0
call_indirect (type 0)
)
(func (type 1) (param i32 i32 i32 i32 i32 i32 i32)
local.get 0
local.get 1
local.get 2
local.get 3
local.get 4
local.get 5
local.get 6
i32.const 1
call_indirect (type 1)
)
(func (type 2) (param i32 i32)
local.get 0
local.get 1
i32.const 2
call_indirect (type 2)
)
(func (type 2) (param i32 i32)
local.get 0
local.get 1
i32.const 3
call_indirect (type 2)
)
(func (type 2) (param i32 i32)
local.get 0
local.get 1
i32.const 4
call_indirect (type 2)
)
(func (type 2) (param i32 i32)
local.get 0
local.get 1
i32.const 5
call_indirect (type 2)
)
(func (type 2) (param i32 i32)
local.get 0
local.get 1
i32.const 6
call_indirect (type 2)
)
(func (type 3) (param i32 i32 i32 i32 i64 i32 i32 i32 i32)
local.get 0
local.get 1
local.get 2
local.get 3
local.get 4
local.get 5
local.get 6
local.get 7
local.get 8
i32.const 7
call_indirect (type 3)
)
(func (type 2) (param i32 i32)
local.get 0
local.get 1
i32.const 8
call_indirect (type 2)
)
(func (type 4) (param i32 i32 i32 i32)
local.get 0
local.get 1
local.get 2
local.get 3
i32.const 9
call_indirect (type 4)
)
(func (type 5) (param i32 i32 i32 i32)
local.get 0
local.get 1
local.get 2
local.get 3
i32.const 10
call_indirect (type 5)
)
)
(core module $wit-component-fixup
(type (func (param i32 i32 i32)))
(type (func (param i32 i32 i32 i32 i32 i32 i32)))
(type (func (param i32 i32)))
(type (func (param i32 i32 i32 i32 i64 i32 i32 i32 i32)))
(type (func (param i32 i32 i32 i32)))
(type (func (param i32 i32 i32 i32)))
(import "" "0" (func (type 0)))
(import "" "1" (func (type 1)))
(import "" "2" (func (type 2)))
(import "" "3" (func (type 2)))
(import "" "4" (func (type 2)))
(import "" "5" (func (type 2)))
(import "" "6" (func (type 2)))
(import "" "7" (func (type 3)))
(import "" "8" (func (type 2)))
(import "" "9" (func (type 4)))
(import "" "10" (func (type 5)))
(import "" "$imports" (table 11 11 funcref))
(elem (i32.const 0) func 0 1 2 3 4 5 6 7 8 9 10)
)
(core instance $wit-component-shim-instance (instantiate $wit-component-shim-module))
(alias export $wasi:http/types@0.2.12 "incoming-request" (type $"#type11 incoming-request" (@name "incoming-request")))
(alias export $wasi:http/types@0.2.12 "response-outparam" (type $"#type12 response-outparam" (@name "response-outparam")))
(alias export $tollgate:platform/dispatcher@1.0.0 "[constructor]options" (func $"[constructor]options"))
(core func $"[constructor]options" (canon lower (func $"[constructor]options")))
(alias core export $wit-component-shim-instance "0" (core func $"indirect-tollgate:platform/dispatcher@1.0.0-[method]options.set-props"))
(alias export $tollgate:platform/dispatcher@1.0.0 "[method]options.set-cpu-ms" (func $"[method]options.set-cpu-ms"))
(core func $"[method]options.set-cpu-ms" (canon lower (func $"[method]options.set-cpu-ms")))
(alias export $tollgate:platform/dispatcher@1.0.0 "[method]options.set-subrequests" (func $"[method]options.set-subrequests"))
(core func $"[method]options.set-subrequests" (canon lower (func $"[method]options.set-subrequests")))
(alias core export $wit-component-shim-instance "1" (core func $indirect-tollgate:platform/dispatcher@1.0.0-get))
(alias export $tollgate:platform/dispatcher@1.0.0 "options" (type $options))
(core func $resource.drop (canon resource.drop $options))
(alias export $tollgate:platform/dispatcher@1.0.0 "[method]worker.forward" (func $"[method]worker.forward"))
(core func $"[method]worker.forward" (canon lower (func $"[method]worker.forward")))
(alias export $tollgate:platform/dispatcher@1.0.0 "[method]future-response.subscribe" (func $"[method]future-response.subscribe"))
(core func $"[method]future-response.subscribe" (canon lower (func $"[method]future-response.subscribe")))
(alias core export $wit-component-shim-instance "2" (core func $"indirect-tollgate:platform/dispatcher@1.0.0-[method]future-response.get"))
(alias export $tollgate:platform/dispatcher@1.0.0 "future-response" (type $future-response))
(core func $"#core-func9 resource.drop" (@name "resource.drop") (canon resource.drop $future-response))
(alias export $tollgate:platform/dispatcher@1.0.0 "worker" (type $worker))
(core func $"#core-func10 resource.drop" (@name "resource.drop") (canon resource.drop $worker))
(alias core export $wit-component-shim-instance "3" (core func $"indirect-tollgate:platform/dispatcher@1.0.0-[method]dispatch-error.code"))
(alias export $tollgate:platform/dispatcher@1.0.0 "reply" (func $reply))
(core func $reply (canon lower (func $reply)))
(alias core export $wit-component-shim-instance "4" (core func $"indirect-tollgate:platform/dispatcher@1.0.0-[method]dispatch-error.message"))
(alias export $tollgate:platform/dispatcher@1.0.0 "dispatch-error" (type $dispatch-error))
(core func $"#core-func14 resource.drop" (@name "resource.drop") (canon resource.drop $dispatch-error))
(core instance $tollgate:platform/dispatcher@1.0.0
(export "[constructor]options" (func $"[constructor]options"))
(export "[method]options.set-props" (func $"indirect-tollgate:platform/dispatcher@1.0.0-[method]options.set-props"))
(export "[method]options.set-cpu-ms" (func $"[method]options.set-cpu-ms"))
(export "[method]options.set-subrequests" (func $"[method]options.set-subrequests"))
(export "get" (func $indirect-tollgate:platform/dispatcher@1.0.0-get))
(export "[resource-drop]options" (func $resource.drop))
(export "[method]worker.forward" (func $"[method]worker.forward"))
(export "[method]future-response.subscribe" (func $"[method]future-response.subscribe"))
(export "[method]future-response.get" (func $"indirect-tollgate:platform/dispatcher@1.0.0-[method]future-response.get"))
(export "[resource-drop]future-response" (func $"#core-func9 resource.drop"))
(export "[resource-drop]worker" (func $"#core-func10 resource.drop"))
(export "[method]dispatch-error.code" (func $"indirect-tollgate:platform/dispatcher@1.0.0-[method]dispatch-error.code"))
(export "reply" (func $reply))
(export "[method]dispatch-error.message" (func $"indirect-tollgate:platform/dispatcher@1.0.0-[method]dispatch-error.message"))
(export "[resource-drop]dispatch-error" (func $"#core-func14 resource.drop"))
)
(alias core export $wit-component-shim-instance "5" (core func $"indirect-wasi:http/types@0.2.12-[method]incoming-request.authority"))
(alias export $wasi:http/types@0.2.12 "incoming-request" (type $"#type17 incoming-request" (@name "incoming-request")))
(core func $"#core-func16 resource.drop" (@name "resource.drop") (canon resource.drop $"#type17 incoming-request"))
(alias export $wasi:http/types@0.2.12 "incoming-response" (type $"#type18 incoming-response" (@name "incoming-response")))
(core func $"#core-func17 resource.drop" (@name "resource.drop") (canon resource.drop $"#type18 incoming-response"))
(alias export $wasi:http/types@0.2.12 "response-outparam" (type $"#type19 response-outparam" (@name "response-outparam")))
(core func $"#core-func18 resource.drop" (@name "resource.drop") (canon resource.drop $"#type19 response-outparam"))
(alias export $wasi:http/types@0.2.12 "[constructor]fields" (func $"[constructor]fields"))
(core func $"[constructor]fields" (canon lower (func $"[constructor]fields")))
(alias export $wasi:http/types@0.2.12 "[constructor]outgoing-response" (func $"[constructor]outgoing-response"))
(core func $"[constructor]outgoing-response" (canon lower (func $"[constructor]outgoing-response")))
(alias export $wasi:http/types@0.2.12 "fields" (type $fields))
(core func $"#core-func21 resource.drop" (@name "resource.drop") (canon resource.drop $fields))
(alias export $wasi:http/types@0.2.12 "[method]outgoing-response.set-status-code" (func $"[method]outgoing-response.set-status-code"))
(core func $"[method]outgoing-response.set-status-code" (canon lower (func $"[method]outgoing-response.set-status-code")))
(alias core export $wit-component-shim-instance "6" (core func $"indirect-wasi:http/types@0.2.12-[method]outgoing-response.body"))
(alias export $wasi:http/types@0.2.12 "outgoing-response" (type $outgoing-response))
(core func $"#core-func24 resource.drop" (@name "resource.drop") (canon resource.drop $outgoing-response))
(alias core export $wit-component-shim-instance "7" (core func $"indirect-wasi:http/types@0.2.12-[static]response-outparam.set"))
(alias core export $wit-component-shim-instance "8" (core func $"indirect-wasi:http/types@0.2.12-[method]outgoing-body.write"))
(alias export $wasi:http/types@0.2.12 "outgoing-body" (type $outgoing-body))
(core func $"#core-func27 resource.drop" (@name "resource.drop") (canon resource.drop $outgoing-body))
(alias core export $wit-component-shim-instance "9" (core func $"indirect-wasi:http/types@0.2.12-[static]outgoing-body.finish"))
(core instance $wasi:http/types@0.2.12
(export "[method]incoming-request.authority" (func $"indirect-wasi:http/types@0.2.12-[method]incoming-request.authority"))
(export "[resource-drop]incoming-request" (func $"#core-func16 resource.drop"))
(export "[resource-drop]incoming-response" (func $"#core-func17 resource.drop"))
(export "[resource-drop]response-outparam" (func $"#core-func18 resource.drop"))
(export "[constructor]fields" (func $"[constructor]fields"))
(export "[constructor]outgoing-response" (func $"[constructor]outgoing-response"))
(export "[resource-drop]fields" (func $"#core-func21 resource.drop"))
(export "[method]outgoing-response.set-status-code" (func $"[method]outgoing-response.set-status-code"))
(export "[method]outgoing-response.body" (func $"indirect-wasi:http/types@0.2.12-[method]outgoing-response.body"))
(export "[resource-drop]outgoing-response" (func $"#core-func24 resource.drop"))
(export "[static]response-outparam.set" (func $"indirect-wasi:http/types@0.2.12-[static]response-outparam.set"))
(export "[method]outgoing-body.write" (func $"indirect-wasi:http/types@0.2.12-[method]outgoing-body.write"))
(export "[resource-drop]outgoing-body" (func $"#core-func27 resource.drop"))
(export "[static]outgoing-body.finish" (func $"indirect-wasi:http/types@0.2.12-[static]outgoing-body.finish"))
)
(alias export $wasi:io/poll@0.2.12 "[method]pollable.block" (func $"[method]pollable.block"))
(core func $"[method]pollable.block" (canon lower (func $"[method]pollable.block")))
(alias export $wasi:io/poll@0.2.12 "pollable" (type $"#type23 pollable" (@name "pollable")))
(core func $"#core-func30 resource.drop" (@name "resource.drop") (canon resource.drop $"#type23 pollable"))
(core instance $wasi:io/poll@0.2.12
(export "[method]pollable.block" (func $"[method]pollable.block"))
(export "[resource-drop]pollable" (func $"#core-func30 resource.drop"))
)
(alias core export $wit-component-shim-instance "10" (core func $"indirect-wasi:io/streams@0.2.12-[method]output-stream.blocking-write-and-flush"))
(alias export $wasi:io/streams@0.2.12 "output-stream" (type $"#type24 output-stream" (@name "output-stream")))
(core func $"#core-func32 resource.drop" (@name "resource.drop") (canon resource.drop $"#type24 output-stream"))
(core instance $wasi:io/streams@0.2.12
(export "[method]output-stream.blocking-write-and-flush" (func $"indirect-wasi:io/streams@0.2.12-[method]output-stream.blocking-write-and-flush"))
(export "[resource-drop]output-stream" (func $"#core-func32 resource.drop"))
)
(alias export $wasi:io/error@0.2.12 "error" (type $"#type25 error" (@name "error")))
(core func $"#core-func33 resource.drop" (@name "resource.drop") (canon resource.drop $"#type25 error"))
(core instance $wasi:io/error@0.2.12
(export "[resource-drop]error" (func $"#core-func33 resource.drop"))
)
(core instance $main (instantiate $main
(with "tollgate:platform/dispatcher@1.0.0" (instance $tollgate:platform/dispatcher@1.0.0))
(with "wasi:http/types@0.2.12" (instance $wasi:http/types@0.2.12))
(with "wasi:io/poll@0.2.12" (instance $wasi:io/poll@0.2.12))
(with "wasi:io/streams@0.2.12" (instance $wasi:io/streams@0.2.12))
(with "wasi:io/error@0.2.12" (instance $wasi:io/error@0.2.12))
)
)
(alias core export $main "memory" (core memory $memory))
(alias core export $wit-component-shim-instance "$imports" (core table $"shim table"))
(alias export $tollgate:platform/dispatcher@1.0.0 "[method]options.set-props" (func $"[method]options.set-props"))
(alias core export $main "cabi_realloc" (core func $realloc))
(core func $"#core-func35 indirect-tollgate:platform/dispatcher@1.0.0-[method]options.set-props" (@name "indirect-tollgate:platform/dispatcher@1.0.0-[method]options.set-props") (canon lower (func $"[method]options.set-props") (memory $memory) string-encoding=utf8))
(alias export $tollgate:platform/dispatcher@1.0.0 "get" (func $get))
(core func $"#core-func36 indirect-tollgate:platform/dispatcher@1.0.0-get" (@name "indirect-tollgate:platform/dispatcher@1.0.0-get") (canon lower (func $get) (memory $memory) string-encoding=utf8))
(alias export $tollgate:platform/dispatcher@1.0.0 "[method]future-response.get" (func $"[method]future-response.get"))
(core func $"#core-func37 indirect-tollgate:platform/dispatcher@1.0.0-[method]future-response.get" (@name "indirect-tollgate:platform/dispatcher@1.0.0-[method]future-response.get") (canon lower (func $"[method]future-response.get") (memory $memory)))
(alias export $tollgate:platform/dispatcher@1.0.0 "[method]dispatch-error.code" (func $"[method]dispatch-error.code"))
(core func $"#core-func38 indirect-tollgate:platform/dispatcher@1.0.0-[method]dispatch-error.code" (@name "indirect-tollgate:platform/dispatcher@1.0.0-[method]dispatch-error.code") (canon lower (func $"[method]dispatch-error.code") (memory $memory) (realloc $realloc) string-encoding=utf8))
(alias export $tollgate:platform/dispatcher@1.0.0 "[method]dispatch-error.message" (func $"[method]dispatch-error.message"))
(core func $"#core-func39 indirect-tollgate:platform/dispatcher@1.0.0-[method]dispatch-error.message" (@name "indirect-tollgate:platform/dispatcher@1.0.0-[method]dispatch-error.message") (canon lower (func $"[method]dispatch-error.message") (memory $memory) (realloc $realloc) string-encoding=utf8))
(alias export $wasi:http/types@0.2.12 "[method]incoming-request.authority" (func $"[method]incoming-request.authority"))
(core func $"#core-func40 indirect-wasi:http/types@0.2.12-[method]incoming-request.authority" (@name "indirect-wasi:http/types@0.2.12-[method]incoming-request.authority") (canon lower (func $"[method]incoming-request.authority") (memory $memory) (realloc $realloc) string-encoding=utf8))
(alias export $wasi:http/types@0.2.12 "[method]outgoing-response.body" (func $"[method]outgoing-response.body"))
(core func $"#core-func41 indirect-wasi:http/types@0.2.12-[method]outgoing-response.body" (@name "indirect-wasi:http/types@0.2.12-[method]outgoing-response.body") (canon lower (func $"[method]outgoing-response.body") (memory $memory)))
(alias export $wasi:http/types@0.2.12 "[static]response-outparam.set" (func $"[static]response-outparam.set"))
(core func $"#core-func42 indirect-wasi:http/types@0.2.12-[static]response-outparam.set" (@name "indirect-wasi:http/types@0.2.12-[static]response-outparam.set") (canon lower (func $"[static]response-outparam.set") (memory $memory) string-encoding=utf8))
(alias export $wasi:http/types@0.2.12 "[method]outgoing-body.write" (func $"[method]outgoing-body.write"))
(core func $"#core-func43 indirect-wasi:http/types@0.2.12-[method]outgoing-body.write" (@name "indirect-wasi:http/types@0.2.12-[method]outgoing-body.write") (canon lower (func $"[method]outgoing-body.write") (memory $memory)))
(alias export $wasi:http/types@0.2.12 "[static]outgoing-body.finish" (func $"[static]outgoing-body.finish"))
(core func $"#core-func44 indirect-wasi:http/types@0.2.12-[static]outgoing-body.finish" (@name "indirect-wasi:http/types@0.2.12-[static]outgoing-body.finish") (canon lower (func $"[static]outgoing-body.finish") (memory $memory) (realloc $realloc) string-encoding=utf8))
(alias export $wasi:io/streams@0.2.12 "[method]output-stream.blocking-write-and-flush" (func $"[method]output-stream.blocking-write-and-flush"))
(core func $"#core-func45 indirect-wasi:io/streams@0.2.12-[method]output-stream.blocking-write-and-flush" (@name "indirect-wasi:io/streams@0.2.12-[method]output-stream.blocking-write-and-flush") (canon lower (func $"[method]output-stream.blocking-write-and-flush") (memory $memory)))
(core instance $fixup-args
(export "$imports" (table $"shim table"))
(export "0" (func $"#core-func35 indirect-tollgate:platform/dispatcher@1.0.0-[method]options.set-props"))
(export "1" (func $"#core-func36 indirect-tollgate:platform/dispatcher@1.0.0-get"))
(export "2" (func $"#core-func37 indirect-tollgate:platform/dispatcher@1.0.0-[method]future-response.get"))
(export "3" (func $"#core-func38 indirect-tollgate:platform/dispatcher@1.0.0-[method]dispatch-error.code"))
(export "4" (func $"#core-func39 indirect-tollgate:platform/dispatcher@1.0.0-[method]dispatch-error.message"))
(export "5" (func $"#core-func40 indirect-wasi:http/types@0.2.12-[method]incoming-request.authority"))
(export "6" (func $"#core-func41 indirect-wasi:http/types@0.2.12-[method]outgoing-response.body"))
(export "7" (func $"#core-func42 indirect-wasi:http/types@0.2.12-[static]response-outparam.set"))
(export "8" (func $"#core-func43 indirect-wasi:http/types@0.2.12-[method]outgoing-body.write"))
(export "9" (func $"#core-func44 indirect-wasi:http/types@0.2.12-[static]outgoing-body.finish"))
(export "10" (func $"#core-func45 indirect-wasi:io/streams@0.2.12-[method]output-stream.blocking-write-and-flush"))
)
(core instance $fixup (instantiate $wit-component-fixup
(with "" (instance $fixup-args))
)
)
(type (own $"#type11 incoming-request"))
(type (own $"#type12 response-outparam"))
(type (func (param "request" 26) (param "response-out" 27)))
(alias core export $main "wasi:http/incoming-handler@0.2.12#handle" (core func $wasi:http/incoming-handler@0.2.12#handle))
(func $handle (type 28) (canon lift (core func $wasi:http/incoming-handler@0.2.12#handle)))
(alias export $wasi:http/types@0.2.12 "incoming-request" (type $"#type29 incoming-request" (@name "incoming-request")))
(alias export $wasi:http/types@0.2.12 "response-outparam" (type $"#type30 response-outparam" (@name "response-outparam")))
(component $wasi:http/incoming-handler@0.2.12-shim-component
(import "import-type-incoming-request" (type (sub resource)))
(import "import-type-response-outparam" (type (sub resource)))
(import "import-type-incoming-request0" (type (eq 0)))
(type (own 2))
(import "import-type-response-outparam0" (type (eq 1)))
(type (own 4))
(type (func (param "request" 3) (param "response-out" 5)))
(import "import-func-handle" (func (type 6)))
(export "incoming-request" (type 0))
(export "response-outparam" (type 1))
(type (own 7))
(type (own 8))
(type (func (param "request" 9) (param "response-out" 10)))
(export "handle" (func 0) (func (type 11)))
)
(instance $wasi:http/incoming-handler@0.2.12-shim-instance (instantiate $wasi:http/incoming-handler@0.2.12-shim-component
(with "import-func-handle" (func $handle))
(with "import-type-incoming-request" (type $"#type29 incoming-request"))
(with "import-type-response-outparam" (type $"#type30 response-outparam"))
(with "import-type-incoming-request0" (type $"#type11 incoming-request"))
(with "import-type-response-outparam0" (type $"#type12 response-outparam"))
)
)
(export $wasi:http/incoming-handler@0.2.12 "wasi:http/incoming-handler@0.2.12" (instance $wasi:http/incoming-handler@0.2.12-shim-instance))
)
