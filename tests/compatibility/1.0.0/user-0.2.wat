;; user-0.2.wat: built for tollgate:platform 1.0.0 from source/, as ../README.md says.
(component
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
(export "fields" (type (sub resource)))
(export "headers" (type (eq 0)))
(export "outgoing-response" (type (sub resource)))
(type u16)
(export "status-code" (type (eq 3)))
(export "outgoing-body" (type (sub resource)))
(export "response-outparam" (type (sub resource)))
(type (option string))
(type (option u16))
(type (record (field "rcode" 7) (field "info-code" 8)))
(export "DNS-error-payload" (type (eq 9)))
(type (option u8))
(type (record (field "alert-id" 11) (field "alert-message" 7)))
(export "TLS-alert-received-payload" (type (eq 12)))
(type (option u32))
(type (record (field "field-name" 7) (field "field-size" 14)))
(export "field-size-payload" (type (eq 15)))
(type (option u64))
(type (option 16))
(type (variant (case "DNS-timeout") (case "DNS-error" 10) (case "destination-not-found") (case "destination-unavailable") (case "destination-IP-prohibited") (case "destination-IP-unroutable") (case "connection-refused") (case "connection-terminated") (case "connection-timeout") (case "connection-read-timeout") (case "connection-write-timeout") (case "connection-limit-reached") (case "TLS-protocol-error") (case "TLS-certificate-error") (case "TLS-alert-received" 13) (case "HTTP-request-denied") (case "HTTP-request-length-required") (case "HTTP-request-body-size" 17) (case "HTTP-request-method-invalid") (case "HTTP-request-URI-invalid") (case "HTTP-request-URI-too-long") (case "HTTP-request-header-section-size" 14) (case "HTTP-request-header-size" 18) (case "HTTP-request-trailer-section-size" 14) (case "HTTP-request-trailer-size" 16) (case "HTTP-response-incomplete") (case "HTTP-response-header-section-size" 14) (case "HTTP-response-header-size" 16) (case "HTTP-response-body-size" 17) (case "HTTP-response-trailer-section-size" 14) (case "HTTP-response-trailer-size" 16) (case "HTTP-response-transfer-coding" 7) (case "HTTP-response-content-coding" 7) (case "HTTP-response-timeout") (case "HTTP-upgrade-failed") (case "HTTP-protocol-error") (case "loop-detected") (case "configuration-error") (case "internal-error" 7)))
(export "error-code" (type (eq 19)))
(alias outer 1 $output-stream (type))
(export "output-stream" (type (eq 21)))
(export "trailers" (type (eq 0)))
(export "incoming-request" (type (sub resource)))
(type (own 0))
(type (func (result 25)))
(export "[constructor]fields" (func (type 26)))
(type (own 6))
(type (own 2))
(type (result 28 (error 20)))
(type (func (param "param" 27) (param "response" 29)))
(export "[static]response-outparam.set" (func (type 30)))
(type (own 1))
(type (func (param "headers" 31) (result 28)))
(export "[constructor]outgoing-response" (func (type 32)))
(type (borrow 2))
(type (result))
(type (func (param "self" 33) (param "status-code" 4) (result 34)))
(export "[method]outgoing-response.set-status-code" (func (type 35)))
(type (own 5))
(type (result 36))
(type (func (param "self" 33) (result 37)))
(export "[method]outgoing-response.body" (func (type 38)))
(type (borrow 5))
(type (own 22))
(type (result 40))
(type (func (param "self" 39) (result 41)))
(export "[method]outgoing-body.write" (func (type 42)))
(type (own 23))
(type (option 43))
(type (result (error 20)))
(type (func (param "this" 36) (param "trailers" 44) (result 45)))
(export "[static]outgoing-body.finish" (func (type 46)))
)
)
(import "wasi:http/types@0.2.12" (instance $wasi:http/types@0.2.12 (type $ty-wasi:http/types@0.2.12)))
(type $ty-tollgate:platform/invocation@1.0.0
(instance
(type (func (result string)))
(export "props" (func (type 0)))
)
)
(import "tollgate:platform/invocation@1.0.0" (instance $tollgate:platform/invocation@1.0.0 (type $ty-tollgate:platform/invocation@1.0.0)))
(type $ty-tollgate:platform/bindings@1.0.0
(instance
(type (tuple string string))
(type (list 0))
(type (func (result 1)))
(export "all" (func (type 2)))
(type (option string))
(type (func (param "binding" string) (result 3)))
(export "kind" (func (type 4)))
)
)
(import "tollgate:platform/bindings@1.0.0" (instance $tollgate:platform/bindings@1.0.0 (type $ty-tollgate:platform/bindings@1.0.0)))
(core module $main
(type (func (param i32 i32) (result i32)))
(type (func (param i32 i32 i32) (result i32)))
(type (func (param i32 i32 i32)))
(type (func (param i32)))
(type (func (result i32)))
(type (func (param i32) (result i32)))
(type (func (param i32 i32)))
(type (func (param i32 i32 i32 i32 i64 i32 i32 i32 i32)))
(type (func (param i32 i32 i32 i32)))
(type (func))
(type (func (param i32 i32 i32 i32 i32 i32)))
(type (func (param i32 i32 i32 i32) (result i32)))
(import "tollgate:platform/bindings@1.0.0" "kind" (func (type 2)))
(import "tollgate:platform/invocation@1.0.0" "props" (func (type 3)))
(import "tollgate:platform/bindings@1.0.0" "all" (func (type 3)))
(import "wasi:http/types@0.2.12" "[constructor]fields" (func (type 4)))
(import "wasi:http/types@0.2.12" "[constructor]outgoing-response" (func (type 5)))
(import "wasi:http/types@0.2.12" "[resource-drop]fields" (func (type 3)))
(import "wasi:http/types@0.2.12" "[method]outgoing-response.set-status-code" (func (type 0)))
(import "wasi:http/types@0.2.12" "[method]outgoing-response.body" (func (type 6)))
(import "wasi:http/types@0.2.12" "[resource-drop]outgoing-response" (func (type 3)))
(import "wasi:http/types@0.2.12" "[resource-drop]response-outparam" (func (type 3)))
(import "wasi:http/types@0.2.12" "[static]response-outparam.set" (func (type 7)))
(import "wasi:http/types@0.2.12" "[method]outgoing-body.write" (func (type 6)))
(import "wasi:http/types@0.2.12" "[resource-drop]outgoing-body" (func (type 3)))
(import "wasi:io/streams@0.2.12" "[method]output-stream.blocking-write-and-flush" (func (type 8)))
(import "wasi:io/error@0.2.12" "[resource-drop]error" (func (type 3)))
(import "wasi:io/streams@0.2.12" "[resource-drop]output-stream" (func (type 3)))
(import "wasi:http/types@0.2.12" "[static]outgoing-body.finish" (func (type 8)))
(import "wasi:http/types@0.2.12" "[resource-drop]incoming-request" (func (type 3)))
(table 7 7 funcref)
(memory 17)
(global (mut i32) i32.const 1048576)
(global i32 i32.const 0)
(global i32 i32.const 1)
(export "memory" (memory 0))
(export "cabi_realloc" (func 28))
(export "wasi:http/incoming-handler@0.2.12#handle" (func 29))
(elem (i32.const 1) func 19 27 36 37 38 39)
(func (type 9))
(func (type 0) (param i32 i32) (result i32)
local.get 1
local.get 0
i32.load offset=4
local.get 0
i32.load offset=8
call 20
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
(func (type 3) (param i32)
(local i32)
global.get 0
i32.const 16
i32.sub
local.tee 1
global.set 0
local.get 1
i32.const 8
i32.add
local.get 0
local.get 0
i32.load
i32.const 1
i32.const 4
i32.const 24
call 22
block ;; label = @1
local.get 1
i32.load offset=8
local.tee 0
i32.const -2147483647
i32.eq
br_if 0
local.get 0
local.get 1
i32.load offset=12
call 23
unreachable
end
local.get 1
i32.const 16
i32.add
global.set 0
)
(func (type 10) (param i32 i32 i32 i32 i32 i32)
(local i32)
global.get 0
i32.const 16
i32.sub
local.tee 6
global.set 0
block ;; label = @1
block ;; label = @2
block ;; label = @3
local.get 3
local.get 2
i32.add
local.tee 2
local.get 3
i32.ge_u
br_if 0
i32.const 0
local.set 3
br 1
end
local.get 6
i32.const 4
i32.add
local.get 1
i32.load
local.tee 3
local.get 1
i32.load offset=4
local.get 2
local.get 3
i32.const 1
i32.shl
local.tee 3
local.get 2
local.get 3
i32.gt_u
select
local.tee 3
i32.const 8
i32.const 4
local.get 5
i32.const 1
i32.eq
select
local.tee 2
local.get 3
local.get 2
i32.gt_u
select
local.tee 3
local.get 4
local.get 5
call 24
block ;; label = @3
local.get 6
i32.load offset=4
i32.const 1
i32.ne
br_if 0
local.get 6
i32.load offset=12
local.set 2
local.get 6
i32.load offset=8
local.set 3
br 2
end
local.get 6
i32.load offset=8
local.set 2
local.get 1
local.get 3
i32.store
local.get 1
local.get 2
i32.store offset=4
i32.const -2147483647
local.set 3
end
end
local.get 0
local.get 2
i32.store offset=4
local.get 0
local.get 3
i32.store
local.get 6
i32.const 16
i32.add
global.set 0
)
(func (type 6) (param i32 i32)
block ;; label = @1
local.get 0
i32.eqz
br_if 0
call 31
unreachable
end
call 30
unreachable
)
(func (type 10) (param i32 i32 i32 i32 i32 i32)
(local i32 i32 i64)
i32.const 1
local.set 6
i32.const 4
local.set 7
block ;; label = @1
block ;; label = @2
local.get 5
i64.extend_i32_u
local.get 3
i64.extend_i32_u
i64.mul
local.tee 8
i64.const 32
i64.shr_u
i32.wrap_i64
br_if 0
local.get 8
i32.wrap_i64
local.tee 3
i32.const -2147483648
local.get 4
i32.sub
i32.gt_u
br_if 0
block ;; label = @3
block ;; label = @4
block ;; label = @5
block ;; label = @6
local.get 1
i32.eqz
br_if 0
local.get 4
local.get 3
call 25
local.tee 7
i32.eqz
br_if 1
local.get 1
local.get 5
i32.mul
local.tee 4
i32.eqz
br_if 2
local.get 7
local.get 2
local.get 4
memory.copy
br 2
end
block ;; label = @6
local.get 3
br_if 0
local.get 4
local.set 7
br 2
end
local.get 4
local.get 3
call 25
local.tee 7
br_if 1
end
local.get 0
local.get 4
i32.store offset=4
br 1
end
local.get 0
local.get 7
i32.store offset=4
i32.const 0
local.set 6
end
i32.const 8
local.set 7
br 1
end
i32.const 0
local.set 3
end
local.get 0
local.get 7
i32.add
local.get 3
i32.store
local.get 0
local.get 6
i32.store
)
(func (type 0) (param i32 i32) (result i32)
(local i32 i32)
global.get 1
i32.const 1048716
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
i32.const 1048716
i32.add
local.get 2
i32.store
local.get 0
)
(func (type 2) (param i32 i32 i32)
(local i32)
global.get 0
i32.const 16
i32.sub
local.tee 3
global.set 0
local.get 3
i32.const 8
i32.add
local.get 0
local.get 1
local.get 2
i32.const 1
i32.const 1
call 22
block ;; label = @1
local.get 3
i32.load offset=8
local.tee 2
i32.const -2147483647
i32.eq
br_if 0
local.get 2
local.get 3
i32.load offset=12
call 23
unreachable
end
local.get 3
i32.const 16
i32.add
global.set 0
)
(func (type 9))
(func (type 11) (param i32 i32 i32 i32) (result i32)
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
call 25
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
(func (type 6) (param i32 i32)
(local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
global.get 0
i32.const 144
i32.sub
local.tee 2
global.set 0
block ;; label = @1
global.get 1
i32.const 1048720
i32.add
i32.load8_u
br_if 0
global.get 1
local.set 3
call 18
local.get 3
i32.const 1048720
i32.add
i32.const 1
i32.store8
end
global.get 1
i32.const 1048610
i32.add
i32.const 8
local.get 2
i32.const 104
i32.add
call 0
block ;; label = @1
block ;; label = @2
local.get 2
i32.load8_u offset=104
i32.eqz
br_if 0
local.get 2
i32.load offset=112
local.tee 3
i32.const -2147483648
i32.eq
br_if 0
local.get 2
i32.load offset=108
local.set 4
br 1
end
i32.const 1
local.set 4
i32.const 0
local.set 3
end
local.get 2
local.get 3
i32.store offset=20
local.get 2
local.get 4
i32.store offset=16
local.get 2
local.get 3
i32.store offset=12
local.get 2
i64.const 0
i64.store offset=104
local.get 2
i32.const 104
i32.add
call 1
local.get 2
local.get 2
i32.load offset=108
local.tee 3
i32.store offset=32
local.get 2
local.get 2
i32.load offset=104
i32.store offset=28
local.get 2
local.get 3
i32.store offset=24
local.get 2
i64.const 0
i64.store offset=88
local.get 2
i32.const 88
i32.add
call 2
block ;; label = @1
block ;; label = @2
block ;; label = @3
block ;; label = @4
block ;; label = @5
block ;; label = @6
local.get 2
i32.load offset=92
local.tee 5
i32.const 89478486
i32.ge_u
br_if 0
local.get 2
i32.load offset=88
local.set 3
block ;; label = @7
block ;; label = @8
local.get 5
i32.const 24
i32.mul
local.tee 6
br_if 0
i32.const 4
local.set 7
i32.const 0
local.set 4
br 1
end
local.get 5
local.set 4
i32.const 4
local.get 6
call 25
local.tee 7
i32.eqz
br_if 2
end
local.get 2
i32.const 0
i32.store offset=112
local.get 2
local.get 7
i32.store offset=108
local.get 2
local.get 4
i32.store offset=104
local.get 5
i32.eqz
br_if 4
i32.const 0
local.set 8
i32.const 0
local.set 9
loop ;; label = @7
local.get 3
i32.const 12
i32.add
i32.load
local.set 10
local.get 3
i32.const 8
i32.add
i32.load
local.set 11
local.get 3
i32.const 4
i32.add
i32.load
local.set 12
local.get 3
i32.load
local.set 13
block ;; label = @8
local.get 9
local.get 2
i32.load offset=104
i32.ne
br_if 0
local.get 2
i32.const 104
i32.add
call 21
local.get 2
i32.load offset=108
local.set 7
end
local.get 7
local.get 8
i32.add
local.tee 4
local.get 12
i32.store
local.get 4
i32.const 20
i32.add
local.get 10
i32.store
local.get 4
i32.const 16
i32.add
local.get 11
i32.store
local.get 4
i32.const 12
i32.add
local.get 10
i32.store
local.get 4
i32.const 8
i32.add
local.get 12
i32.store
local.get 4
i32.const 4
i32.add
local.get 13
i32.store
local.get 2
local.get 9
i32.const 1
i32.add
local.tee 9
i32.store offset=112
local.get 3
i32.const 16
i32.add
local.set 3
local.get 8
i32.const 24
i32.add
local.set 8
local.get 5
local.get 9
i32.ne
br_if 0
end
local.get 2
i32.load offset=108
local.tee 8
local.get 6
i32.add
local.set 11
i32.const 0
local.set 4
block ;; label = @7
loop ;; label = @8
local.get 8
local.get 4
i32.add
local.tee 3
i32.load
local.set 10
local.get 3
i32.const 16
i32.add
i32.load
local.set 9
block ;; label = @9
block ;; label = @10
block ;; label = @11
block ;; label = @12
block ;; label = @13
block ;; label = @14
block ;; label = @15
local.get 3
i32.const 20
i32.add
i32.load
local.tee 12
i32.const -4
i32.add
br_table 1 6 6 4 0
end
local.get 12
i32.const -16
i32.add
br_table 2 5 1 5
end
local.get 9
i32.load align=1
i32.const 1954047348
i32.eq
br_if 3
local.get 9
i32.load align=1
i32.const 1852797802
i32.ne
br_if 4
local.get 10
i32.const -2147483648
i32.ne
br_if 9
br 4
end
local.get 9
i64.load align=1
i64.const 7521983764486121828
i64.xor
local.get 9
i32.const 8
i32.add
i64.load align=1
i64.const 7021238698534596141
i64.xor
i64.or
local.get 9
i32.const 16
i32.add
i64.load16_u align=1
i64.const 25955
i64.xor
i64.or
i64.const 0
i64.ne
br_if 3
local.get 10
i32.const -2147483648
i32.ne
br_if 8
br 3
end
local.get 9
i64.load align=1
i64.const 8243103739832726637
i64.xor
local.get 9
i32.const 8
i32.add
i64.load align=1
i64.const 7310575174727133556
i64.xor
i64.or
i64.const 0
i64.ne
br_if 2
local.get 10
i32.const -2147483648
i32.eq
br_if 2
br 7
end
local.get 9
i32.load align=1
i32.const 1987208563
i32.xor
local.get 9
i32.const 3
i32.add
i32.load align=1
i32.const 1701013878
i32.xor
i32.or
br_if 1
local.get 10
i32.const -2147483648
i32.ne
br_if 6
br 1
end
local.get 10
i32.const -2147483648
i32.ne
br_if 2
end
local.get 6
local.get 4
i32.const 24
i32.add
local.tee 4
i32.ne
br_if 0
br 6
end
end
local.get 3
i32.const 24
i32.add
local.set 8
br 3
end
call 30
unreachable
end
call 31
unreachable
end
local.get 8
local.get 4
i32.add
local.tee 3
i32.const 24
i32.add
local.set 8
end
local.get 3
i32.load offset=12
local.set 13
local.get 2
local.get 3
i64.load offset=4 align=4
i64.store offset=76 align=4
local.get 2
local.get 10
i32.store offset=72
local.get 2
local.get 12
i32.store offset=96
local.get 2
local.get 9
i32.store offset=92
local.get 2
local.get 13
i32.store offset=88
local.get 2
global.get 2
i32.const 0
i32.add
local.tee 3
i32.store offset=116
local.get 2
local.get 3
i32.store offset=108
global.get 1
local.set 3
local.get 2
local.get 2
i32.const 88
i32.add
i32.store offset=112
local.get 2
local.get 2
i32.const 72
i32.add
i32.store offset=104
local.get 2
i32.const 36
i32.add
local.get 3
i32.const 1048576
i32.add
local.get 2
i32.const 104
i32.add
call 32
local.get 2
i32.load offset=36
i32.const -2147483648
i32.eq
br_if 0
local.get 2
local.get 2
i32.load offset=44
i32.store offset=56
local.get 2
local.get 2
i64.load offset=36 align=4
i64.store offset=48
block ;; label = @3
local.get 8
local.get 11
i32.eq
br_if 0
local.get 6
local.get 4
i32.sub
i32.const -24
i32.add
local.set 4
loop ;; label = @4
local.get 8
i32.const 16
i32.add
i32.load
local.set 3
local.get 8
i32.const 12
i32.add
i32.load
local.set 10
block ;; label = @5
block ;; label = @6
block ;; label = @7
block ;; label = @8
block ;; label = @9
block ;; label = @10
block ;; label = @11
local.get 8
i32.const 20
i32.add
i32.load
local.tee 9
i32.const -4
i32.add
br_table 1 6 6 4 0
end
local.get 9
i32.const -16
i32.add
br_table 2 5 1 5
end
local.get 3
i32.load align=1
i32.const 1954047348
i32.eq
br_if 3
local.get 3
i32.load align=1
i32.const 1852797802
i32.eq
br_if 3
br 4
end
local.get 3
i64.load align=1
i64.const 7521983764486121828
i64.xor
local.get 3
i32.const 8
i32.add
i64.load align=1
i64.const 7021238698534596141
i64.xor
i64.or
local.get 3
i32.const 16
i32.add
i64.load16_u align=1
i64.const 25955
i64.xor
i64.or
i64.eqz
br_if 2
br 3
end
local.get 3
i64.load align=1
i64.const 8243103739832726637
i64.xor
local.get 3
i32.const 8
i32.add
i64.load align=1
i64.const 7310575174727133556
i64.xor
i64.or
i64.eqz
br_if 1
br 2
end
local.get 3
i32.load align=1
i32.const 1987208563
i32.xor
local.get 3
i32.const 3
i32.add
i32.load align=1
i32.const 1701013878
i32.xor
i32.or
br_if 1
end
local.get 2
local.get 8
i32.load offset=8
i32.store offset=80
local.get 2
local.get 8
i64.load align=4
i64.store offset=72
local.get 2
local.get 9
i32.store offset=96
local.get 2
local.get 3
i32.store offset=92
local.get 2
local.get 10
i32.store offset=88
local.get 2
global.get 2
i32.const 0
i32.add
local.tee 3
i32.store offset=116
local.get 2
local.get 3
i32.store offset=108
global.get 1
local.set 3
local.get 2
local.get 2
i32.const 88
i32.add
i32.store offset=112
local.get 2
local.get 2
i32.const 72
i32.add
i32.store offset=104
local.get 2
i32.const 60
i32.add
local.get 3
i32.const 1048576
i32.add
local.get 2
i32.const 104
i32.add
call 32
local.get 2
i32.load offset=64
local.set 10
block ;; label = @6
block ;; label = @7
block ;; label = @8
local.get 2
i32.load offset=68
local.tee 3
local.get 2
i32.load offset=48
local.get 2
i32.load offset=56
local.tee 9
i32.sub
i32.le_u
br_if 0
local.get 2
i32.const 48
i32.add
local.get 9
local.get 3
call 26
local.get 2
i32.load offset=56
local.set 9
br 1
end
local.get 3
i32.eqz
br_if 1
end
local.get 3
i32.eqz
br_if 0
local.get 2
i32.load offset=52
local.get 9
i32.add
local.get 10
local.get 3
memory.copy
end
local.get 2
local.get 9
local.get 3
i32.add
i32.store offset=56
end
local.get 8
i32.const 24
i32.add
local.set 8
local.get 4
i32.const -24
i32.add
local.tee 4
br_if 0
end
end
local.get 2
local.get 2
i32.load offset=56
i32.store offset=96
local.get 2
local.get 2
i64.load offset=48
i64.store offset=88
br 1
end
local.get 2
i32.const 0
i32.store offset=96
local.get 2
i64.const 4294967296
i64.store offset=88
end
local.get 2
global.get 2
i32.const 0
i32.add
local.tee 3
i32.store offset=124
local.get 2
local.get 3
i32.store offset=116
local.get 2
local.get 3
i32.store offset=108
global.get 1
local.set 3
local.get 2
local.get 2
i32.const 24
i32.add
i32.store offset=120
local.get 2
local.get 2
i32.const 12
i32.add
i32.store offset=112
local.get 2
local.get 2
i32.const 88
i32.add
i32.store offset=104
local.get 2
i32.const 72
i32.add
local.get 3
i32.const 1048583
i32.add
local.get 2
i32.const 104
i32.add
call 32
local.get 2
i32.load offset=76
local.set 9
local.get 2
i32.load offset=80
local.set 8
call 3
local.set 3
local.get 2
i32.const -1
i32.store offset=104
local.get 3
call 4
local.set 3
block ;; label = @1
local.get 2
i32.load offset=104
local.tee 4
i32.const -1
i32.eq
br_if 0
local.get 4
call 5
end
local.get 3
i32.const 200
call 6
drop
local.get 2
i64.const 0
i64.store offset=104
local.get 3
local.get 2
i32.const 104
i32.add
call 7
block ;; label = @1
block ;; label = @2
local.get 2
i32.load8_u offset=104
i32.eqz
br_if 0
block ;; label = @3
local.get 3
i32.const -1
i32.eq
br_if 0
local.get 3
call 8
end
local.get 1
i32.const -1
i32.eq
br_if 1
local.get 1
call 9
br 1
end
local.get 2
i32.load offset=108
local.set 4
local.get 2
i64.const -4294967257
i64.store offset=104
local.get 2
i32.const -1
i32.store offset=88
local.get 1
i32.const 0
local.get 3
i32.const 0
i64.const 0
i32.const 0
i32.const 0
i32.const 0
i32.const 0
call 10
block ;; label = @2
local.get 2
i32.load offset=108
local.tee 3
i32.const -1
i32.eq
br_if 0
local.get 3
call 8
end
block ;; label = @2
local.get 2
i32.load offset=88
local.tee 3
i32.const -1
i32.eq
br_if 0
local.get 3
call 9
end
local.get 2
i64.const 0
i64.store offset=104
local.get 4
local.get 2
i32.const 104
i32.add
call 11
block ;; label = @2
local.get 2
i32.load8_u offset=104
i32.eqz
br_if 0
local.get 4
i32.const -1
i32.eq
br_if 1
local.get 4
call 12
br 1
end
local.get 2
i32.load offset=108
local.tee 3
local.get 9
local.get 8
local.get 2
i32.const 104
i32.add
call 13
block ;; label = @2
local.get 2
i32.load8_u offset=104
i32.eqz
br_if 0
local.get 2
i32.load8_u offset=108
br_if 0
local.get 2
i32.load offset=112
local.tee 9
i32.const -1
i32.eq
br_if 0
local.get 9
call 14
end
block ;; label = @2
local.get 3
i32.const -1
i32.eq
br_if 0
local.get 3
call 15
end
local.get 2
local.get 4
i32.store offset=88
local.get 2
i32.const -1
i32.store offset=88
local.get 4
i32.const 0
i32.const 0
local.get 2
i32.const 104
i32.add
call 16
local.get 2
i32.load offset=88
local.tee 3
i32.const -1
i32.eq
br_if 0
local.get 3
call 12
end
block ;; label = @1
local.get 0
i32.const -1
i32.eq
br_if 0
local.get 0
call 17
end
local.get 2
i32.const 144
i32.add
global.set 0
)
(func (type 9)
call 31
unreachable
)
(func (type 9)
unreachable
)
(func (type 2) (param i32 i32 i32)
(local i32 i32 i32 i32 i32 i32)
global.get 0
i32.const 16
i32.sub
local.tee 3
global.set 0
block ;; label = @1
block ;; label = @2
block ;; label = @3
block ;; label = @4
block ;; label = @5
block ;; label = @6
block ;; label = @7
block ;; label = @8
local.get 2
i32.const 1
i32.and
i32.eqz
br_if 0
local.get 2
i32.const 1
i32.shr_u
local.set 4
br 1
end
local.get 1
i32.load8_u
local.tee 4
i32.eqz
br_if 1
i32.const 0
local.set 5
local.get 1
local.set 6
i32.const 0
local.set 7
loop ;; label = @8
local.get 6
i32.const 1
i32.add
local.set 6
block ;; label = @9
block ;; label = @10
local.get 4
i32.extend8_s
i32.const -1
i32.gt_s
br_if 0
block ;; label = @11
local.get 4
i32.const 255
i32.and
i32.const 128
i32.ne
br_if 0
local.get 5
local.get 6
i32.load16_u align=1
local.tee 4
i32.add
local.set 5
local.get 6
local.get 4
i32.add
i32.const 2
i32.add
local.set 6
br 2
end
local.get 6
local.get 4
i32.const 3
i32.and
i32.const 8
i32.rotr
local.tee 8
i32.const 5
i32.shl
i32.const 1073741824
i32.and
local.get 8
i32.const 7
i32.shl
i32.or
i32.const 29
i32.shr_u
i32.add
local.get 4
i32.const 1
i32.shr_u
i32.const 2
i32.and
i32.add
local.get 4
i32.const 2
i32.shr_u
i32.const 2
i32.and
i32.add
local.set 6
local.get 5
i32.eqz
local.get 7
i32.or
local.set 7
br 1
end
local.get 6
local.get 4
i32.const 255
i32.and
local.tee 4
i32.add
local.set 6
local.get 5
local.get 4
i32.add
local.set 5
end
local.get 6
i32.load8_u
local.tee 4
br_if 0
end
i32.const 0
local.set 4
local.get 7
local.get 5
i32.const 16
i32.lt_u
i32.and
br_if 0
local.get 5
i32.const 1
i32.shl
local.tee 4
i32.const -1
i32.le_s
br_if 4
end
local.get 4
br_if 1
end
i32.const 1
local.set 6
i32.const 0
local.set 4
br 1
end
i32.const 1
local.get 4
call 25
local.tee 6
i32.eqz
br_if 2
end
local.get 3
i32.const 0
i32.store offset=12
local.get 3
local.get 6
i32.store offset=8
local.get 3
local.get 4
i32.store offset=4
local.get 3
i32.const 4
i32.add
local.get 1
local.get 2
call 35
i32.eqz
br_if 2
end
call 30
unreachable
end
call 31
unreachable
end
local.get 0
local.get 3
i32.load offset=12
i32.store offset=8
local.get 0
local.get 3
i64.load offset=4 align=4
i64.store align=4
local.get 3
i32.const 16
i32.add
global.set 0
)
(func (type 2) (param i32 i32 i32)
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
call 23
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
call 34
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
call 23
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
(func (type 8) (param i32 i32 i32 i32)
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
call 25
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
call 25
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
i32.const 1048692
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
call 33
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
call 33
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
i32.const 1048692
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
call 33
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
(func (type 3) (param i32))
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
call 33
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
call 33
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
call 35
)
(data (i32.const 1048576) "\c0\01=\c0\01\0a\00\c0\0cgreeting is \c0\07\0aprops \c0\01\0a\00greeting")
(data (i32.const 1048620) "\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\02\00\00\00\03\00\00\00\0c\00\00\00\04\00\00\00\04\00\00\00\05\00\00\00\06\00\00\00")
)
(core module $wit-component-shim-module
(type (func (param i32 i32 i32)))
(type (func (param i32)))
(type (func (param i32 i32)))
(type (func (param i32 i32 i32 i32 i64 i32 i32 i32 i32)))
(type (func (param i32 i32 i32 i32)))
(type (func (param i32 i32 i32 i32)))
(table 8 8 funcref)
(export "0" (func 0))
(export "1" (func 1))
(export "2" (func 2))
(export "3" (func 3))
(export "4" (func 4))
(export "5" (func 5))
(export "6" (func 6))
(export "7" (func 7))
(export "$imports" (table 0))
(func (type 0) (param i32 i32 i32)
local.get 0
local.get 1
local.get 2
i32.const 0
call_indirect (type 0)
)
(func (type 1) (param i32)
local.get 0
i32.const 1
call_indirect (type 1)
)
(func (type 1) (param i32)
local.get 0
i32.const 2
call_indirect (type 1)
)
(func (type 2) (param i32 i32)
local.get 0
local.get 1
i32.const 3
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
i32.const 4
call_indirect (type 3)
)
(func (type 2) (param i32 i32)
local.get 0
local.get 1
i32.const 5
call_indirect (type 2)
)
(func (type 4) (param i32 i32 i32 i32)
local.get 0
local.get 1
local.get 2
local.get 3
i32.const 6
call_indirect (type 4)
)
(func (type 5) (param i32 i32 i32 i32)
local.get 0
local.get 1
local.get 2
local.get 3
i32.const 7
call_indirect (type 5)
)
)
(core module $wit-component-fixup
(type (func (param i32 i32 i32)))
(type (func (param i32)))
(type (func (param i32 i32)))
(type (func (param i32 i32 i32 i32 i64 i32 i32 i32 i32)))
(type (func (param i32 i32 i32 i32)))
(type (func (param i32 i32 i32 i32)))
(import "" "0" (func (type 0)))
(import "" "1" (func (type 1)))
(import "" "2" (func (type 1)))
(import "" "3" (func (type 2)))
(import "" "4" (func (type 3)))
(import "" "5" (func (type 2)))
(import "" "6" (func (type 4)))
(import "" "7" (func (type 5)))
(import "" "$imports" (table 8 8 funcref))
(elem (i32.const 0) func 0 1 2 3 4 5 6 7)
)
(core instance $wit-component-shim-instance (instantiate $wit-component-shim-module))
(alias export $wasi:http/types@0.2.12 "incoming-request" (type $incoming-request))
(alias export $wasi:http/types@0.2.12 "response-outparam" (type $response-outparam))
(alias core export $wit-component-shim-instance "0" (core func $indirect-tollgate:platform/bindings@1.0.0-kind))
(alias core export $wit-component-shim-instance "1" (core func $indirect-tollgate:platform/bindings@1.0.0-all))
(core instance $tollgate:platform/bindings@1.0.0
(export "kind" (func $indirect-tollgate:platform/bindings@1.0.0-kind))
(export "all" (func $indirect-tollgate:platform/bindings@1.0.0-all))
)
(alias core export $wit-component-shim-instance "2" (core func $indirect-tollgate:platform/invocation@1.0.0-props))
(core instance $tollgate:platform/invocation@1.0.0
(export "props" (func $indirect-tollgate:platform/invocation@1.0.0-props))
)
(alias export $wasi:http/types@0.2.12 "[constructor]fields" (func $"[constructor]fields"))
(core func $"[constructor]fields" (canon lower (func $"[constructor]fields")))
(alias export $wasi:http/types@0.2.12 "[constructor]outgoing-response" (func $"[constructor]outgoing-response"))
(core func $"[constructor]outgoing-response" (canon lower (func $"[constructor]outgoing-response")))
(alias export $wasi:http/types@0.2.12 "fields" (type $fields))
(core func $resource.drop (canon resource.drop $fields))
(alias export $wasi:http/types@0.2.12 "[method]outgoing-response.set-status-code" (func $"[method]outgoing-response.set-status-code"))
(core func $"[method]outgoing-response.set-status-code" (canon lower (func $"[method]outgoing-response.set-status-code")))
(alias core export $wit-component-shim-instance "3" (core func $"indirect-wasi:http/types@0.2.12-[method]outgoing-response.body"))
(alias export $wasi:http/types@0.2.12 "outgoing-response" (type $outgoing-response))
(core func $"#core-func8 resource.drop" (@name "resource.drop") (canon resource.drop $outgoing-response))
(alias export $wasi:http/types@0.2.12 "response-outparam" (type $"#type11 response-outparam" (@name "response-outparam")))
(core func $"#core-func9 resource.drop" (@name "resource.drop") (canon resource.drop $"#type11 response-outparam"))
(alias core export $wit-component-shim-instance "4" (core func $"indirect-wasi:http/types@0.2.12-[static]response-outparam.set"))
(alias core export $wit-component-shim-instance "5" (core func $"indirect-wasi:http/types@0.2.12-[method]outgoing-body.write"))
(alias export $wasi:http/types@0.2.12 "outgoing-body" (type $outgoing-body))
(core func $"#core-func12 resource.drop" (@name "resource.drop") (canon resource.drop $outgoing-body))
(alias core export $wit-component-shim-instance "6" (core func $"indirect-wasi:http/types@0.2.12-[static]outgoing-body.finish"))
(alias export $wasi:http/types@0.2.12 "incoming-request" (type $"#type13 incoming-request" (@name "incoming-request")))
(core func $"#core-func14 resource.drop" (@name "resource.drop") (canon resource.drop $"#type13 incoming-request"))
(core instance $wasi:http/types@0.2.12
(export "[constructor]fields" (func $"[constructor]fields"))
(export "[constructor]outgoing-response" (func $"[constructor]outgoing-response"))
(export "[resource-drop]fields" (func $resource.drop))
(export "[method]outgoing-response.set-status-code" (func $"[method]outgoing-response.set-status-code"))
(export "[method]outgoing-response.body" (func $"indirect-wasi:http/types@0.2.12-[method]outgoing-response.body"))
(export "[resource-drop]outgoing-response" (func $"#core-func8 resource.drop"))
(export "[resource-drop]response-outparam" (func $"#core-func9 resource.drop"))
(export "[static]response-outparam.set" (func $"indirect-wasi:http/types@0.2.12-[static]response-outparam.set"))
(export "[method]outgoing-body.write" (func $"indirect-wasi:http/types@0.2.12-[method]outgoing-body.write"))
(export "[resource-drop]outgoing-body" (func $"#core-func12 resource.drop"))
(export "[static]outgoing-body.finish" (func $"indirect-wasi:http/types@0.2.12-[static]outgoing-body.finish"))
(export "[resource-drop]incoming-request" (func $"#core-func14 resource.drop"))
)
(alias core export $wit-component-shim-instance "7" (core func $"indirect-wasi:io/streams@0.2.12-[method]output-stream.blocking-write-and-flush"))
(alias export $wasi:io/streams@0.2.12 "output-stream" (type $"#type14 output-stream" (@name "output-stream")))
(core func $"#core-func16 resource.drop" (@name "resource.drop") (canon resource.drop $"#type14 output-stream"))
(core instance $wasi:io/streams@0.2.12
(export "[method]output-stream.blocking-write-and-flush" (func $"indirect-wasi:io/streams@0.2.12-[method]output-stream.blocking-write-and-flush"))
(export "[resource-drop]output-stream" (func $"#core-func16 resource.drop"))
)
(alias export $wasi:io/error@0.2.12 "error" (type $"#type15 error" (@name "error")))
(core func $"#core-func17 resource.drop" (@name "resource.drop") (canon resource.drop $"#type15 error"))
(core instance $wasi:io/error@0.2.12
(export "[resource-drop]error" (func $"#core-func17 resource.drop"))
)
(core instance $main (instantiate $main
(with "tollgate:platform/bindings@1.0.0" (instance $tollgate:platform/bindings@1.0.0))
(with "tollgate:platform/invocation@1.0.0" (instance $tollgate:platform/invocation@1.0.0))
(with "wasi:http/types@0.2.12" (instance $wasi:http/types@0.2.12))
(with "wasi:io/streams@0.2.12" (instance $wasi:io/streams@0.2.12))
(with "wasi:io/error@0.2.12" (instance $wasi:io/error@0.2.12))
)
)
(alias core export $main "memory" (core memory $memory))
(alias core export $wit-component-shim-instance "$imports" (core table $"shim table"))
(alias export $tollgate:platform/bindings@1.0.0 "kind" (func $kind))
(alias core export $main "cabi_realloc" (core func $realloc))
(core func $"#core-func19 indirect-tollgate:platform/bindings@1.0.0-kind" (@name "indirect-tollgate:platform/bindings@1.0.0-kind") (canon lower (func $kind) (memory $memory) (realloc $realloc) string-encoding=utf8))
(alias export $tollgate:platform/bindings@1.0.0 "all" (func $all))
(core func $"#core-func20 indirect-tollgate:platform/bindings@1.0.0-all" (@name "indirect-tollgate:platform/bindings@1.0.0-all") (canon lower (func $all) (memory $memory) (realloc $realloc) string-encoding=utf8))
(alias export $tollgate:platform/invocation@1.0.0 "props" (func $props))
(core func $"#core-func21 indirect-tollgate:platform/invocation@1.0.0-props" (@name "indirect-tollgate:platform/invocation@1.0.0-props") (canon lower (func $props) (memory $memory) (realloc $realloc) string-encoding=utf8))
(alias export $wasi:http/types@0.2.12 "[method]outgoing-response.body" (func $"[method]outgoing-response.body"))
(core func $"#core-func22 indirect-wasi:http/types@0.2.12-[method]outgoing-response.body" (@name "indirect-wasi:http/types@0.2.12-[method]outgoing-response.body") (canon lower (func $"[method]outgoing-response.body") (memory $memory)))
(alias export $wasi:http/types@0.2.12 "[static]response-outparam.set" (func $"[static]response-outparam.set"))
(core func $"#core-func23 indirect-wasi:http/types@0.2.12-[static]response-outparam.set" (@name "indirect-wasi:http/types@0.2.12-[static]response-outparam.set") (canon lower (func $"[static]response-outparam.set") (memory $memory) string-encoding=utf8))
(alias export $wasi:http/types@0.2.12 "[method]outgoing-body.write" (func $"[method]outgoing-body.write"))
(core func $"#core-func24 indirect-wasi:http/types@0.2.12-[method]outgoing-body.write" (@name "indirect-wasi:http/types@0.2.12-[method]outgoing-body.write") (canon lower (func $"[method]outgoing-body.write") (memory $memory)))
(alias export $wasi:http/types@0.2.12 "[static]outgoing-body.finish" (func $"[static]outgoing-body.finish"))
(core func $"#core-func25 indirect-wasi:http/types@0.2.12-[static]outgoing-body.finish" (@name "indirect-wasi:http/types@0.2.12-[static]outgoing-body.finish") (canon lower (func $"[static]outgoing-body.finish") (memory $memory) (realloc $realloc) string-encoding=utf8))
(alias export $wasi:io/streams@0.2.12 "[method]output-stream.blocking-write-and-flush" (func $"[method]output-stream.blocking-write-and-flush"))
(core func $"#core-func26 indirect-wasi:io/streams@0.2.12-[method]output-stream.blocking-write-and-flush" (@name "indirect-wasi:io/streams@0.2.12-[method]output-stream.blocking-write-and-flush") (canon lower (func $"[method]output-stream.blocking-write-and-flush") (memory $memory)))
(core instance $fixup-args
(export "$imports" (table $"shim table"))
(export "0" (func $"#core-func19 indirect-tollgate:platform/bindings@1.0.0-kind"))
(export "1" (func $"#core-func20 indirect-tollgate:platform/bindings@1.0.0-all"))
(export "2" (func $"#core-func21 indirect-tollgate:platform/invocation@1.0.0-props"))
(export "3" (func $"#core-func22 indirect-wasi:http/types@0.2.12-[method]outgoing-response.body"))
(export "4" (func $"#core-func23 indirect-wasi:http/types@0.2.12-[static]response-outparam.set"))
(export "5" (func $"#core-func24 indirect-wasi:http/types@0.2.12-[method]outgoing-body.write"))
(export "6" (func $"#core-func25 indirect-wasi:http/types@0.2.12-[static]outgoing-body.finish"))
(export "7" (func $"#core-func26 indirect-wasi:io/streams@0.2.12-[method]output-stream.blocking-write-and-flush"))
)
(core instance $fixup (instantiate $wit-component-fixup
(with "" (instance $fixup-args))
)
)
(type (own $incoming-request))
(type (own $response-outparam))
(type (func (param "request" 16) (param "response-out" 17)))
(alias core export $main "wasi:http/incoming-handler@0.2.12#handle" (core func $wasi:http/incoming-handler@0.2.12#handle))
(func $handle (type 18) (canon lift (core func $wasi:http/incoming-handler@0.2.12#handle)))
(alias export $wasi:http/types@0.2.12 "incoming-request" (type $"#type19 incoming-request" (@name "incoming-request")))
(alias export $wasi:http/types@0.2.12 "response-outparam" (type $"#type20 response-outparam" (@name "response-outparam")))
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
(with "import-type-incoming-request" (type $"#type19 incoming-request"))
(with "import-type-response-outparam" (type $"#type20 response-outparam"))
(with "import-type-incoming-request0" (type $incoming-request))
(with "import-type-response-outparam0" (type $response-outparam))
)
)
(export $wasi:http/incoming-handler@0.2.12 "wasi:http/incoming-handler@0.2.12" (instance $wasi:http/incoming-handler@0.2.12-shim-instance))
)
