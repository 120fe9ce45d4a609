;; dispatch-0.3.wat: built for tollgate:platform 1.0.0 from source/, as ../README.md says.
(component
(type $ty-wasi:http/types@0.3.0
(instance
(export "request" (type (sub resource)))
(export "response" (type (sub resource)))
(export "fields" (type (sub resource)))
(type string)
(export "field-name" (type (eq 3)))
(type (list u8))
(export "field-value" (type (eq 5)))
(type (option string))
(type (variant (case "invalid-syntax") (case "forbidden") (case "immutable") (case "size-exceeded") (case "other" 7)))
(export "header-error" (type (eq 8)))
(export "trailers" (type (eq 2)))
(type (option u16))
(type (record (field "rcode" 7) (field "info-code" 11)))
(export "DNS-error-payload" (type (eq 12)))
(type (option u8))
(type (record (field "alert-id" 14) (field "alert-message" 7)))
(export "TLS-alert-received-payload" (type (eq 15)))
(type (option u32))
(type (record (field "field-name" 7) (field "field-size" 17)))
(export "field-size-payload" (type (eq 18)))
(type (option u64))
(type (option 19))
(type (variant (case "DNS-timeout") (case "DNS-error" 13) (case "destination-not-found") (case "destination-unavailable") (case "destination-IP-prohibited") (case "destination-IP-unroutable") (case "connection-refused") (case "connection-terminated") (case "connection-timeout") (case "connection-read-timeout") (case "connection-write-timeout") (case "connection-limit-reached") (case "TLS-protocol-error") (case "TLS-certificate-error") (case "TLS-alert-received" 16) (case "HTTP-request-denied") (case "HTTP-request-length-required") (case "HTTP-request-body-size" 20) (case "HTTP-request-method-invalid") (case "HTTP-request-URI-invalid") (case "HTTP-request-URI-too-long") (case "HTTP-request-header-section-size" 17) (case "HTTP-request-header-size" 21) (case "HTTP-request-trailer-section-size" 17) (case "HTTP-request-trailer-size" 19) (case "HTTP-response-incomplete") (case "HTTP-response-header-section-size" 17) (case "HTTP-response-header-size" 19) (case "HTTP-response-body-size" 20) (case "HTTP-response-trailer-section-size" 17) (case "HTTP-response-trailer-size" 19) (case "HTTP-response-transfer-coding" 7) (case "HTTP-response-content-coding" 7) (case "HTTP-response-timeout") (case "HTTP-upgrade-failed") (case "HTTP-protocol-error") (case "loop-detected") (case "configuration-error") (case "internal-error" 7)))
(export "error-code" (type (eq 22)))
(export "headers" (type (eq 2)))
(type u16)
(export "status-code" (type (eq 25)))
(type (own 2))
(type (func (result 27)))
(export "[constructor]fields" (func (type 28)))
(type (borrow 2))
(type (result (error 9)))
(type (func (param "self" 29) (param "name" 4) (param "value" 6) (result 30)))
(export "[method]fields.append" (func (type 31)))
(type (borrow 0))
(type (func (param "self" 32) (result 7)))
(export "[method]request.get-authority" (func (type 33)))
(type (own 24))
(type (stream u8))
(type (option 35))
(type (own 10))
(type (option 37))
(type (result 38 (error 23)))
(type (future 39))
(type (own 1))
(type (result (error 23)))
(type (future 42))
(type (tuple 41 43))
(type (func (param "headers" 34) (param "contents" 36) (param "trailers" 40) (result 44)))
(export "[static]response.new" (func (type 45)))
(type (borrow 1))
(type (result))
(type (func (param "self" 46) (param "status-code" 26) (result 47)))
(export "[method]response.set-status-code" (func (type 48)))
)
)
(import "wasi:http/types@0.3.0" (instance $wasi:http/types@0.3.0 (type $ty-wasi:http/types@0.3.0)))
(alias export $wasi:http/types@0.3.0 "request" (type $request))
(alias export $wasi:http/types@0.3.0 "response" (type $response))
(type $ty-tollgate:platform/dispatcher@1.0.0
(instance
(export "options" (type (sub resource)))
(export "worker" (type (sub resource)))
(export "dispatch-error" (type (sub resource)))
(alias outer 1 $request (type))
(export "request" (type (eq 3)))
(alias outer 1 $response (type))
(export "response" (type (eq 5)))
(type (own 0))
(type (func (result 7)))
(export "[constructor]options" (func (type 8)))
(type (borrow 0))
(type (func (param "self" 9) (param "json" string)))
(export "[method]options.set-props" (func (type 10)))
(type (func (param "self" 9) (param "limit" u64)))
(export "[method]options.set-cpu-ms" (func (type 11)))
(export "[method]options.set-subrequests" (func (type 11)))
(type (borrow 2))
(type (func (param "self" 12) (result string)))
(export "[method]dispatch-error.code" (func (type 13)))
(export "[method]dispatch-error.message" (func (type 13)))
(type (borrow 1))
(type (own 4))
(type (own 6))
(type (own 2))
(type (result 16 (error 17)))
(type (func async (param "self" 14) (param "request" 15) (result 18)))
(export "[method]worker.fetch" (func (type 19)))
(type (option 7))
(type (own 1))
(type (result 21 (error 17)))
(type (func (param "binding" string) (param "name" string) (param "options" 20) (result 22)))
(export "get" (func (type 23)))
)
)
(import "tollgate:platform/dispatcher@1.0.0" (instance $tollgate:platform/dispatcher@1.0.0 (type $ty-tollgate:platform/dispatcher@1.0.0)))
(core module $main
(type (func (param i32)))
(type (func (param i32 i32) (result i32)))
(type (func (param i32 i32 i32) (result i32)))
(type (func (param i32) (result i32)))
(type (func (param i32 i32)))
(type (func (param i32 i32 i32)))
(type (func (param i32 i32 i32 i32) (result i32)))
(type (func (result i32)))
(type (func (param i32 i64)))
(type (func (param i32 i32 i32 i32 i32 i32 i32)))
(type (func (param i32 i32 i32 i32 i32 i32)))
(type (func (result i64)))
(type (func (param i32 i32 i32 i32 i32)))
(type (func (param i32 i32 i32 i64 i32 i32 i32 i32)))
(type (func))
(type (func (param i32 i32 i32 i32)))
(import "$root" "[context-get-0]" (func (type 7)))
(import "$root" "[context-set-0]" (func (type 0)))
(import "tollgate:platform/dispatcher@1.0.0" "[constructor]options" (func (type 7)))
(import "tollgate:platform/dispatcher@1.0.0" "[method]options.set-props" (func (type 5)))
(import "tollgate:platform/dispatcher@1.0.0" "[method]options.set-cpu-ms" (func (type 8)))
(import "tollgate:platform/dispatcher@1.0.0" "[method]options.set-subrequests" (func (type 8)))
(import "wasi:http/types@0.3.0" "[method]request.get-authority" (func (type 4)))
(import "tollgate:platform/dispatcher@1.0.0" "get" (func (type 9)))
(import "tollgate:platform/dispatcher@1.0.0" "[resource-drop]options" (func (type 0)))
(import "wasi:http/types@0.3.0" "[resource-drop]request" (func (type 0)))
(import "tollgate:platform/dispatcher@1.0.0" "[async-lower][method]worker.fetch" (func (type 2)))
(import "tollgate:platform/dispatcher@1.0.0" "[resource-drop]worker" (func (type 0)))
(import "tollgate:platform/dispatcher@1.0.0" "[method]dispatch-error.code" (func (type 4)))
(import "tollgate:platform/dispatcher@1.0.0" "[method]dispatch-error.message" (func (type 4)))
(import "wasi:http/types@0.3.0" "[constructor]fields" (func (type 7)))
(import "wasi:http/types@0.3.0" "[method]fields.append" (func (type 10)))
(import "wasi:http/types@0.3.0" "[stream-new-0][static]request.new" (func (type 11)))
(import "wasi:http/types@0.3.0" "[future-new-1][static]request.new" (func (type 11)))
(import "wasi:http/types@0.3.0" "[static]response.new" (func (type 12)))
(import "wasi:http/types@0.3.0" "[resource-drop]fields" (func (type 0)))
(import "wasi:http/types@0.3.0" "[future-drop-readable-2][static]request.new" (func (type 0)))
(import "wasi:http/types@0.3.0" "[method]response.set-status-code" (func (type 1)))
(import "tollgate:platform/dispatcher@1.0.0" "[resource-drop]dispatch-error" (func (type 0)))
(import "[export]wasi:http/handler@0.3.0" "[task-return]handle" (func (type 13)))
(import "wasi:http/types@0.3.0" "[resource-drop]response" (func (type 0)))
(import "$root" "[subtask-drop]" (func (type 0)))
(import "[export]$root" "[task-cancel]" (func (type 14)))
(import "$root" "[subtask-cancel]" (func (type 3)))
(import "wasi:http/types@0.3.0" "[async-lower][future-read-1][static]request.new" (func (type 1)))
(import "wasi:http/types@0.3.0" "[future-cancel-read-1][static]request.new" (func (type 3)))
(import "wasi:http/types@0.3.0" "[async-lower][future-write-1][static]request.new" (func (type 1)))
(import "wasi:http/types@0.3.0" "[future-cancel-write-1][static]request.new" (func (type 3)))
(import "wasi:http/types@0.3.0" "[future-drop-readable-1][static]request.new" (func (type 0)))
(import "wasi:http/types@0.3.0" "[future-drop-writable-1][static]request.new" (func (type 0)))
(import "wasi:http/types@0.3.0" "[async-lower][stream-read-0][static]request.new" (func (type 2)))
(import "wasi:http/types@0.3.0" "[stream-cancel-read-0][static]request.new" (func (type 3)))
(import "wasi:http/types@0.3.0" "[async-lower][stream-write-0][static]request.new" (func (type 2)))
(import "wasi:http/types@0.3.0" "[stream-cancel-write-0][static]request.new" (func (type 3)))
(import "wasi:http/types@0.3.0" "[stream-drop-readable-0][static]request.new" (func (type 0)))
(import "wasi:http/types@0.3.0" "[stream-drop-writable-0][static]request.new" (func (type 0)))
(import "$root" "[waitable-set-poll]" (func (type 1)))
(import "$root" "[waitable-set-drop]" (func (type 0)))
(import "$root" "[waitable-set-new]" (func (type 7)))
(import "$root" "[waitable-join]" (func (type 4)))
(table 46 46 funcref)
(memory 17)
(global (mut i32) i32.const 1048576)
(global i32 i32.const 0)
(global i32 i32.const 1)
(export "memory" (memory 0))
(export "[async-lift]wasi:http/handler@0.3.0#handle" (func 45))
(export "[callback][async-lift]wasi:http/handler@0.3.0#handle" (func 53))
(export "cabi_realloc" (func 125))
(elem (i32.const 1) func 144 145 54 84 124 92 59 94 69 101 105 103 98 100 106 102 97 116 111 115 109 107 110 108 113 112 114 119 117 120 118 122 121 123 129 130 131 132 154 155 156 138 139 141 142)
(func (type 14))
(func (type 3) (param i32) (result i32)
(local i32 i32 i32 i32 i32)
global.get 0
i32.const 48
i32.sub
local.tee 1
global.set 0
block ;; label = @1
global.get 1
i32.const 1049188
i32.add
i32.load8_u
br_if 0
global.get 1
local.set 2
call 44
local.get 2
i32.const 1049188
i32.add
i32.const 1
i32.store8
end
block ;; label = @1
block ;; label = @2
block ;; label = @3
i32.const 4
i32.const 36
call 46
local.tee 2
i32.eqz
br_if 0
local.get 2
i32.const 0
i32.store offset=32
local.get 2
i64.const 0
i64.store offset=24 align=4
local.get 2
i32.const 0
i32.store8 offset=20
local.get 2
i32.const 0
i32.store offset=16
local.get 2
i32.const 0
i32.store offset=8
local.get 2
i64.const 4294967298
i64.store align=4
i32.const 1
i32.eqz
br_if 1
local.get 1
call 47
local.get 1
i32.load offset=4
local.set 3
local.get 1
i32.load
local.set 4
i32.const 4
i32.const 292
call 46
local.tee 5
i32.eqz
br_if 0
local.get 5
i32.const 0
i32.store8 offset=288
local.get 5
i32.const 0
i32.store8 offset=140
local.get 5
local.get 0
i32.store offset=4
local.get 5
local.get 3
i32.store
local.get 1
i32.const 8
i32.add
call 48
local.get 1
local.get 1
i32.load offset=16
i32.store offset=32
local.get 1
local.get 1
i64.load offset=8
i64.store offset=24
local.get 1
global.get 1
i32.const 1048968
i32.add
local.tee 0
i32.store offset=40
local.get 1
local.get 5
i32.store offset=36
local.get 1
i32.const 24
i32.add
local.get 5
local.get 0
call 49
local.get 1
local.get 1
i32.load offset=32
i32.store offset=16
local.get 1
local.get 1
i64.load offset=24
i64.store offset=8
i32.const 4
i32.const 28
call 46
local.tee 5
i32.eqz
br_if 0
local.get 5
local.get 1
i32.load offset=16
i32.store offset=8
local.get 5
local.get 1
i64.load offset=8
i64.store align=4
local.get 5
local.get 2
i32.const 8
i32.add
i32.store offset=24
local.get 5
local.get 2
i32.store offset=16
local.get 5
local.get 4
i32.store offset=12
local.get 5
global.get 1
i32.const 1048984
i32.add
i32.store offset=20
call 0
br_if 2
local.get 5
call 1
i32.const 0
i32.const 0
i32.const 0
call 50
local.set 2
local.get 1
i32.const 48
i32.add
global.set 0
local.get 2
return
end
call 51
end
unreachable
end
i32.const 45
call 52
unreachable
)
(func (type 1) (param i32 i32) (result i32)
(local i32 i32)
global.get 1
i32.const 1049184
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
i32.const 1049184
i32.add
local.get 2
i32.store
local.get 0
)
(func (type 0) (param i32)
(local i32)
block ;; label = @1
block ;; label = @2
i32.const 4
i32.const 24
call 46
local.tee 1
i32.eqz
br_if 0
local.get 1
i64.const 0
i64.store offset=8 align=4
local.get 1
i64.const 4294967298
i64.store align=4
local.get 1
i64.const 0
i64.store offset=13 align=1
i32.const 1
i32.eqz
br_if 1
local.get 0
local.get 1
i32.store offset=4
local.get 0
local.get 1
i32.store
return
end
call 51
end
unreachable
)
(func (type 0) (param i32)
(local i32 i32 i32)
block ;; label = @1
i32.const 4
i32.const 40
call 46
local.tee 1
i32.eqz
br_if 0
local.get 1
i64.const 0
i64.store offset=20 align=4
local.get 1
i64.const 4294967295
i64.store offset=8 align=4
local.get 1
i64.const 4294967297
i64.store align=4
local.get 1
i64.const 0
i64.store offset=28 align=4
local.get 1
i32.const 1
i32.store16 offset=36
i32.const 4
i32.const 32
call 46
local.tee 2
i32.eqz
br_if 0
local.get 2
local.get 1
i32.const 8
i32.add
local.tee 3
i32.store offset=28
local.get 2
local.get 3
i32.store offset=24
local.get 2
i32.const 0
i32.store offset=20
local.get 2
i32.const 0
i32.store offset=12
local.get 2
local.get 1
i32.store offset=8
local.get 2
i64.const 4294967297
i64.store align=4
local.get 0
i32.const 0
i32.store8 offset=8
local.get 0
i32.const 0
i32.store offset=4
local.get 0
local.get 2
i32.store
return
end
call 51
unreachable
)
(func (type 5) (param i32 i32 i32)
(local i32 i32 i32 i32 i32)
local.get 0
i32.load
local.tee 3
i32.load offset=8
local.set 4
block ;; label = @1
loop ;; label = @2
local.get 3
i32.load offset=4
local.set 5
loop ;; label = @3
local.get 5
i32.const -1
i32.eq
br_if 1
local.get 5
i32.const -1
i32.le_s
br_if 2
local.get 3
local.get 5
i32.const 1
i32.add
local.get 3
i32.load offset=4
local.tee 6
local.get 6
local.get 5
i32.eq
select
i32.store offset=4
local.get 6
local.get 5
i32.ne
local.set 7
local.get 6
local.set 5
local.get 7
br_if 0
end
end
i32.const 4
i32.const 40
call 46
local.tee 7
i32.eqz
br_if 0
local.get 7
i32.const 1
i32.store16 offset=36
local.get 7
i32.const 0
i32.store offset=32
local.get 7
i64.const 0
i64.store offset=24 align=4
local.get 7
local.get 2
i32.store offset=16
local.get 7
local.get 1
i32.store offset=12
local.get 7
local.get 3
i32.store offset=8
local.get 7
i64.const 4294967297
i64.store align=4
local.get 0
i32.const 0
i32.store8 offset=8
local.get 7
local.get 4
i32.const 8
i32.add
i32.store offset=20
local.get 0
i32.load offset=4
local.set 5
local.get 0
local.get 7
i32.const 8
i32.add
local.tee 3
i32.store offset=4
block ;; label = @2
block ;; label = @3
local.get 5
br_if 0
local.get 7
i32.const 0
i32.store offset=20
local.get 7
i32.const 1
i32.store offset=28
br 1
end
local.get 0
i32.load
i32.load offset=8
i32.const 8
i32.add
local.set 6
loop ;; label = @3
local.get 5
i32.load offset=12
local.get 6
i32.eq
br_if 0
end
local.get 5
i32.load offset=20
local.set 6
local.get 7
local.get 5
i32.store offset=20
local.get 7
local.get 6
i32.const 1
i32.add
i32.store offset=28
local.get 5
local.get 3
i32.store offset=16
end
local.get 7
i32.const 0
i32.store offset=32
local.get 0
i32.load
local.tee 5
i32.load offset=24
local.set 6
local.get 5
local.get 3
i32.store offset=24
local.get 6
local.get 3
i32.store offset=24
return
end
call 51
unreachable
)
(func (type 2) (param i32 i32 i32) (result i32)
(local i32 i32 i32 i32 i32 i32 i32 i32 i32)
global.get 0
i32.const 64
i32.sub
local.tee 3
global.set 0
block ;; label = @1
block ;; label = @2
block ;; label = @3
call 0
local.tee 4
i32.eqz
br_if 0
i32.const 0
call 1
block ;; label = @4
block ;; label = @5
local.get 0
i32.const 6
i32.lt_u
br_if 0
local.get 0
i32.const 6
i32.eq
br_if 1
i32.const 40
call 52
unreachable
end
global.get 1
local.set 5
local.get 4
i32.load offset=16
local.set 6
local.get 3
local.get 5
i32.const 1049148
i32.add
i32.store offset=44
local.get 3
global.get 2
local.tee 5
i32.const 0
i32.add
i32.store offset=40
local.get 3
local.get 5
i32.const 1
i32.add
i32.store offset=36
local.get 3
local.get 6
i32.const 8
i32.add
i32.store offset=32
local.get 3
i32.const 3
i32.store offset=28
local.get 3
i32.const 28
i32.add
call 167
local.set 7
local.get 6
i32.const 1
i32.store offset=32
local.get 4
i32.const 16
i32.add
local.set 8
local.get 0
br_if 2
br 3
end
global.get 1
local.set 0
local.get 4
i32.load offset=16
local.set 6
local.get 3
local.get 0
i32.const 1049148
i32.add
i32.store offset=44
local.get 3
global.get 2
local.tee 0
i32.const 0
i32.add
i32.store offset=40
local.get 3
local.get 0
i32.const 1
i32.add
i32.store offset=36
local.get 3
local.get 6
i32.const 8
i32.add
i32.store offset=32
local.get 3
i32.const 3
i32.store offset=28
local.get 3
i32.const 28
i32.add
call 167
local.set 6
local.get 4
i32.load offset=12
local.set 0
local.get 4
i32.const 0
i32.store offset=12
local.get 4
i32.const 16
i32.add
local.set 8
block ;; label = @4
local.get 0
i32.eqz
br_if 0
local.get 0
i32.const 1
i32.store8 offset=20
local.get 0
local.get 0
i32.load offset=16
local.tee 5
i32.const 2
i32.or
i32.store offset=16
block ;; label = @5
local.get 5
br_if 0
local.get 0
i32.const 0
i32.store offset=16
local.get 0
i32.load offset=8
local.set 5
local.get 0
i32.const 0
i32.store offset=8
local.get 5
i32.eqz
br_if 0
local.get 0
i32.load offset=12
local.get 5
i32.load offset=4
call_indirect (type 0)
end
local.get 0
local.get 0
i32.load
local.tee 5
i32.const -1
i32.add
i32.store
local.get 5
i32.const 1
i32.ne
br_if 0
local.get 0
call 77
end
local.get 6
call 167
drop
global.get 1
local.set 6
local.get 8
i32.load
local.set 0
local.get 3
local.get 6
i32.const 1049148
i32.add
i32.store offset=44
local.get 3
global.get 2
local.tee 6
i32.const 0
i32.add
i32.store offset=40
local.get 3
local.get 6
i32.const 1
i32.add
i32.store offset=36
local.get 3
local.get 0
i32.const 8
i32.add
i32.store offset=32
local.get 3
i32.const 3
i32.store offset=28
local.get 3
i32.const 28
i32.add
call 167
local.set 7
local.get 0
i32.const 1
i32.store offset=32
br 2
end
i32.const 34
call 52
unreachable
end
local.get 8
i32.load
local.get 1
local.get 2
call 146
end
local.get 4
i32.const 20
i32.add
local.set 9
block ;; label = @1
block ;; label = @2
block ;; label = @3
block ;; label = @4
block ;; label = @5
block ;; label = @6
block ;; label = @7
block ;; label = @8
block ;; label = @9
loop ;; label = @10
local.get 8
i32.load
i32.const 0
i32.store offset=32
loop ;; label = @11
i32.const 0
local.set 2
i32.const 0
local.set 10
block ;; label = @12
local.get 4
i32.load offset=4
local.tee 0
i32.eqz
br_if 0
local.get 4
i32.load
i32.load offset=8
i32.const 8
i32.add
local.set 6
loop ;; label = @13
local.get 0
i32.load offset=12
local.get 6
i32.eq
br_if 0
end
local.get 0
i32.load offset=20
local.set 10
end
local.get 4
i32.load
local.tee 0
i32.const 12
i32.add
local.get 9
call 66
i32.const 0
local.set 11
block ;; label = @12
block ;; label = @13
loop ;; label = @14
local.get 3
i32.const 8
i32.add
local.get 0
i32.const 8
i32.add
call 137
block ;; label = @15
block ;; label = @16
block ;; label = @17
block ;; label = @18
local.get 3
i32.load offset=8
local.tee 0
i32.eqz
br_if 0
block ;; label = @19
block ;; label = @20
local.get 0
i32.const -1
i32.add
br_table 0 1 0
end
local.get 4
i32.load offset=4
i32.eqz
br_if 2
br 6
end
local.get 4
i32.load offset=24
local.get 4
i32.load offset=20
i32.load offset=8
call_indirect (type 0)
br 5
end
block ;; label = @18
block ;; label = @19
local.get 3
i32.load offset=12
local.tee 0
i32.load offset=4
i32.eqz
br_if 0
local.get 4
local.get 0
call 134
local.tee 5
i32.load8_u offset=36
local.set 6
local.get 5
i32.const 0
i32.store8 offset=36
local.get 6
br_if 1
i32.const 22
call 52
unreachable
end
local.get 0
i32.const -8
i32.add
local.tee 0
local.get 0
i32.load
local.tee 6
i32.const -1
i32.add
i32.store
local.get 6
i32.const 1
i32.ne
br_if 3
local.get 0
call 136
br 3
end
local.get 5
i32.const 0
i32.store8 offset=37
local.get 3
local.get 5
i32.const 8
i32.add
local.tee 1
i32.store offset=24
local.get 3
global.get 1
i32.const 1049168
i32.add
i32.store offset=20
local.get 3
i32.const 0
i32.store offset=56
local.get 3
local.get 3
i32.const 20
i32.add
i32.store offset=52
local.get 3
local.get 3
i32.const 20
i32.add
i32.store offset=48
local.get 0
i32.load offset=4
local.get 3
i32.const 48
i32.add
local.get 0
i32.load offset=8
i32.load offset=12
call_indirect (type 1)
i32.eqz
br_if 1
local.get 4
i32.load offset=4
local.set 0
local.get 5
i32.load8_u offset=37
local.set 6
local.get 4
local.get 1
i32.store offset=4
local.get 2
local.get 6
i32.const 0
i32.ne
i32.add
local.set 2
block ;; label = @18
block ;; label = @19
local.get 0
br_if 0
local.get 5
i32.const 0
i32.store offset=20
local.get 5
i32.const 1
i32.store offset=28
br 1
end
local.get 4
i32.load
i32.load offset=8
i32.const 8
i32.add
local.set 6
loop ;; label = @19
local.get 0
i32.load offset=12
local.get 6
i32.eq
br_if 0
end
local.get 0
i32.load offset=20
local.set 6
local.get 5
local.get 0
i32.store offset=20
local.get 5
local.get 6
i32.const 1
i32.add
i32.store offset=28
local.get 0
local.get 1
i32.store offset=16
end
block ;; label = @18
local.get 2
i32.const 1
i32.gt_u
br_if 0
local.get 11
i32.const 1
i32.add
local.tee 11
local.get 10
i32.ne
br_if 3
end
local.get 4
i32.load offset=24
local.get 4
i32.load offset=20
i32.load offset=8
call_indirect (type 0)
br 4
end
i32.const 1
local.set 5
local.get 4
i32.const 1
i32.store8 offset=8
i32.const 0
local.set 0
br 4
end
local.get 5
call 135
i32.const 1
local.set 0
i32.const 0
local.set 5
br 3
end
local.get 4
i32.load
local.set 0
br 0
end
end
i32.const 2
local.set 0
i32.const 0
local.set 5
end
block ;; label = @12
global.get 1
i32.const 1049136
i32.add
i32.load offset=8
local.tee 6
i32.eqz
br_if 0
global.get 1
i32.const 1049136
i32.add
local.tee 0
i32.const 0
i32.store offset=8
local.get 0
i32.load offset=4
local.tee 0
local.get 6
i32.const 3
i32.shl
i32.add
local.set 6
loop ;; label = @13
local.get 4
local.get 0
i32.load
local.get 0
i32.const 4
i32.add
i32.load
call 49
local.get 0
i32.const 8
i32.add
local.tee 0
local.get 6
i32.ne
br_if 0
end
local.get 5
i32.eqz
br_if 1
i32.const 26
call 52
unreachable
end
block ;; label = @12
local.get 0
br_table 5 1 0 1
end
end
local.get 4
i32.load offset=4
i32.eqz
br_if 1
block ;; label = @11
local.get 8
i32.load
local.tee 0
i32.load offset=32
i32.const 1
i32.ne
br_if 0
local.get 0
i32.load8_u offset=20
local.set 6
local.get 0
i32.const 1
i32.store8 offset=20
local.get 6
br_if 7
local.get 0
i32.const 0
i32.store8 offset=20
i32.const 1
local.set 6
local.get 0
i32.load offset=16
i32.eqz
br_if 6
local.get 8
i32.load
local.tee 0
i32.load8_u offset=28
local.set 5
local.get 0
i32.const 1
i32.store8 offset=28
local.get 5
br_if 7
local.get 0
i32.load offset=24
local.tee 5
i32.eqz
br_if 7
local.get 3
i64.const 0
i64.store offset=48
local.get 5
local.get 3
i32.const 48
i32.add
call 40
local.set 5
local.get 3
i32.load offset=52
local.set 2
local.get 3
i32.load offset=48
local.set 1
local.get 0
i32.const 0
i32.store8 offset=28
local.get 5
i32.eqz
br_if 6
local.get 4
i32.load offset=16
local.get 1
local.get 2
call 146
br 1
end
end
local.get 0
i32.const 2
i32.store offset=32
local.get 8
i32.load
local.tee 0
i32.load8_u offset=20
local.set 6
local.get 0
i32.const 1
i32.store8 offset=20
local.get 6
br_if 5
local.get 0
i32.const 0
i32.store8 offset=20
local.get 0
i32.load offset=16
i32.eqz
br_if 1
local.get 8
i32.load
local.tee 0
i32.load8_u offset=28
local.set 6
local.get 0
i32.const 1
i32.store8 offset=28
local.get 6
i32.eqz
br_if 3
br 5
end
i32.const 38
call 52
unreachable
end
call 51
unreachable
end
local.get 4
i32.load offset=4
br_if 5
local.get 8
i32.load
local.tee 0
i32.load8_u offset=20
local.set 6
local.get 0
i32.const 1
i32.store8 offset=20
local.get 6
br_if 2
local.get 0
i32.const 0
i32.store8 offset=20
local.get 0
i32.load offset=16
i32.eqz
br_if 3
local.get 8
i32.load
local.tee 0
i32.load8_u offset=28
local.set 6
local.get 0
i32.const 1
i32.store8 offset=28
local.get 6
br_if 2
end
local.get 0
i32.load offset=24
local.tee 6
i32.eqz
br_if 1
local.get 0
i32.const 0
i32.store8 offset=28
local.get 6
i32.const 4
i32.shl
i32.const 2
i32.or
local.set 6
end
local.get 7
call 167
drop
local.get 4
call 1
br 2
end
call 58
unreachable
end
local.get 7
call 167
drop
local.get 4
i32.load offset=16
local.tee 0
i32.const 1
i32.store offset=32
block ;; label = @3
local.get 4
i32.load offset=4
i32.eqz
br_if 0
local.get 3
i32.const 3
i32.store offset=28
local.get 3
global.get 1
i32.const 1049148
i32.add
i32.store offset=44
local.get 3
global.get 2
local.tee 6
i32.const 0
i32.add
i32.store offset=40
local.get 3
local.get 6
i32.const 1
i32.add
i32.store offset=36
local.get 3
local.get 0
i32.const 8
i32.add
i32.store offset=32
local.get 3
i32.const 28
i32.add
call 167
local.set 0
local.get 3
i32.const 48
i32.add
call 48
local.get 3
i32.const 0
i32.store offset=60
local.get 4
call 147
local.get 4
local.get 3
i64.load offset=56 align=4
i64.store offset=8 align=4
local.get 4
local.get 3
i64.load offset=48 align=4
i64.store align=4
local.get 0
call 167
drop
end
local.get 4
call 147
local.get 4
i32.load offset=16
local.tee 0
local.get 0
i32.load
local.tee 0
i32.const -1
i32.add
i32.store
block ;; label = @3
local.get 0
i32.const 1
i32.ne
br_if 0
local.get 4
i32.load offset=16
call 99
end
local.get 4
i32.load offset=24
local.get 4
i32.load offset=20
i32.load offset=12
call_indirect (type 0)
i32.const 0
local.set 6
end
local.get 3
i32.const 64
i32.add
global.set 0
local.get 6
return
end
i32.const 37
call 52
unreachable
)
(func (type 14)
unreachable
)
(func (type 0) (param i32)
call 51
unreachable
)
(func (type 2) (param i32 i32 i32) (result i32)
local.get 0
local.get 1
local.get 2
call 50
)
(func (type 1) (param i32 i32) (result i32)
local.get 1
local.get 0
i32.load offset=4
local.get 0
i32.load offset=8
call 55
)
(func (type 2) (param i32 i32 i32) (result i32)
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
call_indirect (type 1)
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
call_indirect (type 2)
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
call_indirect (type 1)
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
call_indirect (type 2)
local.set 9
end
local.get 9
)
(func (type 4) (param i32 i32)
(local i32 i32 i32 i32 i32 i32 i32 i32 i32)
global.get 0
i32.const 16
i32.sub
local.tee 2
global.set 0
block ;; label = @1
block ;; label = @2
block ;; label = @3
block ;; label = @4
block ;; label = @5
local.get 1
i32.load offset=24
local.tee 3
i32.load offset=44
br_if 0
local.get 1
i32.load offset=28
local.set 4
local.get 1
i32.load offset=8
local.set 5
local.get 1
i32.load offset=4
local.set 6
br 1
end
local.get 1
i32.load offset=8
local.tee 5
local.get 1
i32.load offset=28
local.tee 4
i32.lt_u
br_if 1
local.get 1
i32.load offset=4
local.set 6
local.get 5
local.get 4
i32.eq
br_if 0
local.get 1
i32.load offset=20
i32.const 0
local.get 1
i32.load offset=12
select
local.get 3
i32.load offset=4
local.get 4
i32.mul
i32.add
local.set 7
local.get 5
local.get 4
i32.sub
local.set 8
local.get 6
local.get 4
i32.add
local.set 9
loop ;; label = @5
local.get 3
i32.load offset=44
local.tee 10
i32.eqz
br_if 3
local.get 9
local.get 7
local.get 10
call_indirect (type 3)
i32.store8
local.get 9
i32.const 1
i32.add
local.set 9
local.get 7
local.get 3
i32.load offset=4
i32.add
local.set 7
local.get 8
i32.const -1
i32.add
local.tee 8
br_if 0
end
end
local.get 1
i64.const 1
i64.store offset=4 align=4
local.get 1
i32.load
local.set 9
local.get 1
i32.const 0
i32.store
local.get 5
local.get 4
i32.lt_u
br_if 2
local.get 5
local.get 4
i32.sub
local.set 7
block ;; label = @4
local.get 4
i32.eqz
br_if 0
block ;; label = @5
local.get 7
br_if 0
i32.const 0
local.set 7
br 1
end
local.get 7
i32.eqz
br_if 0
local.get 6
local.get 6
local.get 4
i32.add
local.get 7
memory.copy
end
local.get 1
i32.const 0
i32.store offset=28
block ;; label = @4
local.get 1
i32.load offset=12
i32.eqz
br_if 0
local.get 1
i32.load offset=16
local.tee 3
i32.eqz
br_if 0
local.get 3
i32.eqz
br_if 0
local.get 1
i32.load offset=20
i32.const 255
local.get 3
memory.fill
end
local.get 0
local.get 7
i32.store offset=8
local.get 0
local.get 6
i32.store offset=4
local.get 0
local.get 9
i32.store
local.get 1
i32.const 0
i32.store offset=12
local.get 2
i32.const 16
i32.add
global.set 0
return
end
local.get 4
local.get 5
local.get 5
call 57
unreachable
end
call 58
unreachable
end
i32.const 0
local.get 4
local.get 5
call 57
unreachable
)
(func (type 5) (param i32 i32 i32)
call 51
unreachable
)
(func (type 14)
i32.const 43
call 52
unreachable
)
(func (type 1) (param i32 i32) (result i32)
(local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i32 i32)
global.get 0
i32.const 128
i32.sub
local.tee 2
global.set 0
block ;; label = @1
block ;; label = @2
block ;; label = @3
block ;; label = @4
block ;; label = @5
block ;; label = @6
block ;; label = @7
block ;; label = @8
block ;; label = @9
block ;; label = @10
block ;; label = @11
block ;; label = @12
block ;; label = @13
block ;; label = @14
block ;; label = @15
block ;; label = @16
block ;; label = @17
local.get 0
i32.load8_u offset=344
br_table 0 9 3 1 0
end
local.get 0
local.get 0
i32.load
i32.store offset=172
local.get 0
local.get 0
i32.load offset=4
local.tee 3
i32.store offset=176
local.get 0
i32.const 180
i32.add
local.get 0
i32.const 8
i32.add
i32.const 164
memory.copy
br 1
end
local.get 0
i32.load offset=176
local.set 3
end
i32.const 1
local.set 4
local.get 3
i32.load8_u offset=20
br_if 11
block ;; label = @15
local.get 0
i32.load8_u offset=340
br_table 2 7 1 0 2
end
local.get 0
i32.const 204
i32.add
local.set 5
local.get 0
i32.const 224
i32.add
local.set 6
block ;; label = @15
local.get 0
i32.load8_u offset=224
br_table 0 7 1 4 8 0
end
local.get 0
i32.load offset=216
local.set 7
br 2
end
unreachable
end
local.get 0
i32.const 0
i32.store8 offset=224
local.get 0
local.get 0
i32.load offset=188
i32.store offset=212
local.get 0
local.get 0
i64.load offset=180 align=4
i64.store offset=204 align=4
local.get 0
local.get 0
i32.const 192
i32.add
local.tee 7
i32.store offset=216
local.get 0
i32.const 224
i32.add
local.set 6
local.get 0
i32.const 204
i32.add
local.set 5
end
local.get 0
local.get 7
i32.store offset=220
local.get 0
i32.load offset=212
local.set 8
local.get 0
i32.load offset=208
local.set 9
local.get 0
i32.load offset=204
local.set 10
block ;; label = @12
block ;; label = @13
local.get 7
i32.load
local.tee 11
i32.load offset=44
br_if 0
i32.const 0
local.set 12
br 1
end
local.get 11
i32.load
local.tee 12
local.get 12
i32.const -1
i32.add
i32.and
br_if 2
local.get 11
i32.load offset=4
local.tee 13
local.get 8
i32.mul
local.tee 4
i32.const -2147483648
local.get 12
i32.sub
i32.gt_u
br_if 2
block ;; label = @13
block ;; label = @14
local.get 4
br_if 0
i32.const 0
local.set 12
i64.const 0
local.set 14
i32.const 0
local.set 15
br 1
end
local.get 12
local.get 4
call 46
local.tee 15
i32.eqz
br_if 4
local.get 15
i64.extend_i32_u
i64.const 32
i64.shl
local.set 14
end
local.get 14
local.get 4
i64.extend_i32_u
i64.or
local.set 14
local.get 8
i32.eqz
br_if 0
local.get 11
i32.load offset=36
local.set 16
local.get 8
local.set 3
local.get 9
local.set 4
loop ;; label = @13
block ;; label = @14
local.get 16
i32.eqz
br_if 0
local.get 4
i32.load8_u
local.get 15
local.get 16
call_indirect (type 4)
end
local.get 4
i32.const 1
i32.add
local.set 4
local.get 15
local.get 13
i32.add
local.set 15
local.get 3
i32.const -1
i32.add
local.tee 3
br_if 0
end
end
local.get 0
local.get 7
i32.store offset=296
local.get 0
i64.const 8589934592
i64.store offset=276 align=4
local.get 0
local.get 11
i32.store offset=272
local.get 0
local.get 14
i64.store offset=264 align=4
local.get 0
local.get 12
i32.store offset=260
local.get 0
local.get 8
i32.store offset=256
local.get 0
local.get 9
i32.store offset=252
local.get 0
local.get 10
i32.store offset=248
local.get 0
i32.const 0
i32.store offset=244
local.get 0
i32.const 0
i32.store offset=236
local.get 0
i32.const 0
i32.store offset=228
end
local.get 2
i32.const 88
i32.add
local.get 0
i32.const 228
i32.add
local.tee 3
local.get 1
call 60
i32.const 3
local.set 4
local.get 2
i32.load offset=88
local.tee 15
i32.const 3
i32.eq
br_if 5
local.get 2
local.get 2
i64.load offset=96 align=4
i64.store offset=24
local.get 2
local.get 2
i64.load offset=104 align=4
i64.store offset=32
local.get 2
local.get 2
i64.load offset=112 align=4
i64.store offset=40
local.get 2
local.get 2
i64.load offset=120 align=4
i64.store offset=48
local.get 2
i32.load offset=92
local.set 4
local.get 3
call 61
local.get 0
local.get 4
i32.store offset=232
local.get 0
local.get 15
i32.store offset=228
local.get 0
local.get 2
i64.load offset=24
i64.store offset=308 align=4
local.get 0
local.get 2
i64.load offset=32
i64.store offset=316 align=4
local.get 0
local.get 2
i64.load offset=40
i64.store offset=324 align=4
local.get 0
local.get 2
i64.load offset=48
i64.store offset=332 align=4
i32.const 0
local.set 4
br 4
end
i32.const 43
call 62
unreachable
end
call 51
unreachable
end
call 63
unreachable
end
i32.const 1
local.set 4
end
block ;; label = @6
loop ;; label = @7
block ;; label = @8
block ;; label = @9
block ;; label = @10
block ;; label = @11
block ;; label = @12
local.get 4
br_table 0 1 1
end
local.get 0
i32.load offset=336
local.set 4
local.get 0
i32.load offset=316
local.set 3
local.get 15
br_if 1
local.get 3
local.get 4
i32.eq
br_if 2
local.get 0
i32.const 0
i32.store offset=252
local.get 0
i32.const 0
i32.store offset=244
local.get 0
i32.const 0
i32.store offset=236
local.get 0
i32.const 2
i32.store offset=288
local.get 0
local.get 0
i64.load offset=308 align=4
i64.store offset=256 align=4
local.get 0
local.get 0
i64.load offset=316 align=4
i64.store offset=264 align=4
local.get 0
local.get 0
i64.load offset=324 align=4
i64.store offset=272 align=4
local.get 0
local.get 0
i64.load offset=332 align=4
i64.store offset=280 align=4
local.get 0
local.get 0
i32.load offset=220
i32.store offset=304
i32.const 1
local.set 4
br 4
end
local.get 2
i32.const 88
i32.add
local.get 0
i32.const 236
i32.add
local.tee 4
local.get 1
call 60
block ;; label = @11
local.get 2
i32.load offset=88
local.tee 15
i32.const 3
i32.ne
br_if 0
i32.const 4
local.set 4
br 6
end
local.get 2
local.get 2
i64.load offset=96 align=4
i64.store offset=56
local.get 2
local.get 2
i64.load offset=104 align=4
i64.store offset=64
local.get 2
local.get 2
i64.load offset=112 align=4
i64.store offset=72
local.get 2
local.get 2
i64.load offset=120 align=4
i64.store offset=80
local.get 2
i32.load offset=92
local.set 3
local.get 4
call 61
local.get 0
local.get 3
i32.store offset=232
local.get 0
local.get 15
i32.store offset=228
local.get 0
local.get 2
i64.load offset=56
i64.store offset=308 align=4
local.get 0
local.get 2
i64.load offset=64
i64.store offset=316 align=4
local.get 0
local.get 2
i64.load offset=72
i64.store offset=324 align=4
local.get 0
local.get 2
i64.load offset=80
i64.store offset=332 align=4
local.get 15
i32.const 2
i32.ne
br_if 2
local.get 0
i64.const 0
i64.store offset=228 align=4
i32.const 0
local.set 15
br 2
end
local.get 15
i32.const 1
i32.eq
br_if 0
local.get 3
local.get 4
i32.eq
br_if 0
i32.const 81
call 52
unreachable
end
local.get 2
local.get 0
i64.load offset=332 align=4
i64.store offset=112
local.get 2
local.get 0
i64.load offset=324 align=4
i64.store offset=104
local.get 2
local.get 0
i64.load offset=316 align=4
i64.store offset=96
local.get 2
local.get 0
i64.load offset=308 align=4
i64.store offset=88
local.get 2
i32.const 12
i32.add
local.get 2
i32.const 88
i32.add
call 56
local.get 2
i32.const 88
i32.add
call 64
local.get 0
i32.const 1
i32.store8 offset=224
local.get 2
i32.load offset=12
i32.const -2147483648
i32.ne
br_if 2
br 4
end
i32.const 0
local.set 4
br 0
end
end
local.get 2
i32.load offset=12
local.set 15
local.get 5
call 65
i32.const 0
local.set 4
block ;; label = @6
block ;; label = @7
local.get 15
br_if 0
local.get 2
i32.const 88
i32.add
local.set 3
i32.const 0
local.set 15
br 1
end
local.get 2
i32.const 1
i32.store offset=88
local.get 2
i32.const 56
i32.add
local.set 3
end
local.get 3
local.get 15
i32.store
local.get 0
i32.load offset=196
local.get 0
i32.load offset=192
i32.load offset=24
call_indirect (type 0)
local.get 0
i32.const 1
i32.store8 offset=340
br 2
end
local.get 6
local.get 4
i32.store8
end
i32.const 3
local.set 15
local.get 0
i32.const 3
i32.store8 offset=340
local.get 0
i32.load offset=176
i32.const 8
i32.add
local.get 1
i32.load
call 66
i32.const 1
local.set 4
local.get 0
i32.load offset=176
i32.load8_u offset=20
i32.eqz
br_if 1
end
local.get 0
i32.const 176
i32.add
call 67
local.get 2
local.get 0
i32.load offset=172
local.tee 15
i32.store offset=88
block ;; label = @3
local.get 15
i32.load8_u offset=34
br_if 0
local.get 15
i32.load8_u offset=32
local.set 3
local.get 15
i32.const 1
i32.store8 offset=32
local.get 3
br_if 0
local.get 15
i32.load8_u offset=33
i32.const 2
i32.ne
br_if 2
local.get 15
i32.const 0
i32.store8 offset=32
local.get 15
local.get 4
i32.store8 offset=33
local.get 15
i32.load8_u offset=34
i32.eqz
br_if 0
local.get 15
i32.load8_u offset=32
local.set 4
local.get 15
i32.const 1
i32.store8 offset=32
local.get 4
br_if 0
local.get 15
i32.const 512
i32.store16 offset=32 align=1
end
local.get 2
i32.const 88
i32.add
call 68
i32.const 1
local.set 15
i32.const 0
local.set 4
end
local.get 0
local.get 15
i32.store8 offset=344
local.get 2
i32.const 128
i32.add
global.set 0
local.get 4
return
end
i32.const 32
call 52
unreachable
)
(func (type 5) (param i32 i32 i32)
(local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
global.get 0
i32.const 48
i32.sub
local.tee 3
global.set 0
block ;; label = @1
block ;; label = @2
block ;; label = @3
block ;; label = @4
block ;; label = @5
local.get 1
i32.load offset=16
br_table 1 2 0 1
end
call 51
unreachable
end
local.get 3
i32.const 12
i32.add
local.get 1
i32.const 16
i32.add
local.tee 4
i32.const 36
memory.copy
local.get 1
i32.const 2
i32.store offset=16
local.get 3
i32.load offset=12
i32.eqz
br_if 1
local.get 3
i32.const 12
i32.add
call 83
i32.const 40
call 52
unreachable
end
local.get 1
i32.load
local.set 5
local.get 1
i32.const 0
i32.store
local.get 1
i32.load offset=4
local.set 6
br 1
end
local.get 3
i32.load offset=44
local.set 7
local.get 3
i32.load offset=40
local.set 8
local.get 3
i32.load offset=36
local.set 9
local.get 3
i32.load offset=32
local.set 10
local.get 3
i32.load offset=28
local.set 11
local.get 3
i32.load offset=24
local.set 12
local.get 3
i32.load offset=20
local.set 13
local.get 3
i32.load offset=16
local.set 14
i32.const 1
local.set 5
i32.const 1
local.set 6
block ;; label = @2
local.get 1
i32.load offset=68
local.tee 15
i32.load8_u offset=8
br_if 0
block ;; label = @3
block ;; label = @4
local.get 8
i32.load offset=44
i32.eqz
br_if 0
local.get 9
i32.const 0
local.get 11
select
local.get 8
i32.load offset=4
local.get 7
i32.mul
i32.add
local.set 6
br 1
end
local.get 13
local.get 7
i32.add
local.set 6
end
local.get 15
i32.load offset=4
local.get 6
local.get 12
local.get 7
i32.sub
local.tee 16
i32.const 268435455
local.get 16
i32.const 268435455
i32.lt_u
select
local.get 15
i32.load
i32.load offset=8
call_indirect (type 2)
local.set 6
local.get 4
i32.load
i32.const 1
i32.gt_u
br_if 0
local.get 1
i32.const 20
i32.add
call 64
end
local.get 1
local.get 7
i32.store offset=48
local.get 1
local.get 8
i32.store offset=44
local.get 1
local.get 9
i32.store offset=40
local.get 1
local.get 10
i32.store offset=36
local.get 1
local.get 11
i32.store offset=32
local.get 1
local.get 12
i32.store offset=28
local.get 1
local.get 13
i32.store offset=24
local.get 1
local.get 14
i32.store offset=20
local.get 1
i32.const 1
i32.store offset=16
end
local.get 0
local.get 1
local.get 2
local.get 5
local.get 6
call 82
local.get 3
i32.const 48
i32.add
global.set 0
)
(func (type 0) (param i32)
(local i32 i32 i32 i32)
global.get 0
i32.const 80
i32.sub
local.tee 1
global.set 0
block ;; label = @1
local.get 0
i32.load offset=16
local.tee 2
i32.const 2
i32.eq
br_if 0
local.get 0
i32.const 16
i32.add
local.set 3
block ;; label = @2
block ;; label = @3
local.get 2
br_if 0
local.get 1
i32.const 40
i32.add
local.get 3
i32.const 36
memory.copy
local.get 3
i32.const 2
i32.store
block ;; label = @4
local.get 1
i32.load offset=40
br_if 0
local.get 1
local.get 0
i64.load offset=44 align=4
i64.store offset=32 align=4
local.get 1
local.get 0
i64.load offset=36 align=4
i64.store offset=24 align=4
local.get 1
local.get 0
i64.load offset=28 align=4
i64.store offset=16 align=4
local.get 1
local.get 0
i64.load offset=20 align=4
i64.store offset=8 align=4
local.get 1
i32.const 2
i32.store
br 2
end
local.get 1
i32.const 40
i32.add
call 83
i32.const 40
call 52
unreachable
end
local.get 0
i32.load
local.set 2
local.get 0
i32.const 0
i32.store
block ;; label = @3
block ;; label = @4
block ;; label = @5
block ;; label = @6
block ;; label = @7
local.get 2
br_if 0
local.get 0
i32.load offset=68
i32.load offset=4
local.set 2
block ;; label = @8
block ;; label = @9
local.get 0
i32.load offset=52
i32.const 2
i32.eq
br_if 0
local.get 0
i32.const 0
i32.store offset=52
local.get 0
i32.load offset=64
local.get 2
local.get 0
i32.load offset=60
i32.load offset=4
call_indirect (type 1)
local.set 2
br 1
end
i32.const 0
call 167
local.tee 4
i32.eqz
br_if 2
local.get 4
i32.load
i32.eqz
br_if 3
local.get 4
i32.load offset=4
local.get 2
local.get 4
i32.load offset=12
call_indirect (type 1)
local.set 2
local.get 4
call 167
drop
end
local.get 2
i32.eqz
br_if 4
local.get 0
local.get 2
i32.ne
br_if 3
br 4
end
local.get 1
i32.const 40
i32.add
local.get 0
i32.const 0
i32.const 1
local.get 0
i32.load offset=4
call 82
local.get 1
i32.load offset=40
i32.const 3
i32.eq
br_if 3
local.get 1
local.get 1
i32.const 40
i32.add
i32.const 40
memory.copy
br 4
end
i32.const 33
call 52
unreachable
end
i32.const 57
call 52
unreachable
end
local.get 1
local.get 1
i32.const 40
i32.add
call 85
unreachable
end
block ;; label = @3
block ;; label = @4
local.get 3
i32.load
i32.const 1
i32.ne
br_if 0
local.get 1
i32.const 40
i32.add
local.get 0
i32.const 0
i32.const 1
local.get 0
i32.load offset=68
local.tee 2
i32.load offset=4
local.get 2
i32.load
i32.load offset=16
call_indirect (type 3)
call 82
local.get 1
i32.load offset=40
i32.const 3
i32.ne
br_if 1
i32.const 40
call 52
unreachable
end
i32.const 40
call 52
unreachable
end
local.get 1
local.get 1
i32.const 40
i32.add
i32.const 40
memory.copy
end
local.get 1
i32.const 8
i32.add
call 64
local.get 3
i32.load
i32.const 1
i32.gt_u
br_if 0
local.get 0
i32.const 20
i32.add
call 64
end
block ;; label = @1
local.get 0
i32.load offset=52
local.tee 3
i32.const 2
i32.eq
br_if 0
block ;; label = @2
block ;; label = @3
local.get 3
i32.const 1
i32.and
br_if 0
local.get 0
i32.load offset=64
local.set 3
local.get 0
i32.load offset=60
local.set 2
br 1
end
local.get 0
i32.const 0
i32.store offset=52
local.get 0
i32.load offset=64
local.tee 3
local.get 0
i32.load offset=56
local.get 0
i32.load offset=60
local.tee 2
i32.load offset=4
call_indirect (type 1)
drop
end
local.get 3
local.get 2
i32.load offset=12
call_indirect (type 0)
end
block ;; label = @1
local.get 0
i32.load offset=8
local.tee 3
i32.eqz
br_if 0
local.get 0
i32.load offset=12
local.get 3
i32.load offset=12
call_indirect (type 0)
end
local.get 1
i32.const 80
i32.add
global.set 0
)
(func (type 0) (param i32)
call 51
unreachable
)
(func (type 14)
call 51
unreachable
)
(func (type 0) (param i32)
(local i32 i32 i32 i32)
global.get 0
i32.const 32
i32.sub
local.tee 1
global.set 0
local.get 1
i32.const 12
i32.add
local.get 0
call 56
i32.const 0
local.set 2
block ;; label = @1
block ;; label = @2
local.get 1
i32.load offset=12
local.tee 3
br_if 0
local.get 1
i32.const 28
i32.add
local.set 4
i32.const 0
local.set 3
br 1
end
local.get 1
i32.const 1
i32.store offset=28
local.get 1
i32.const 24
i32.add
local.set 4
end
local.get 4
local.get 3
i32.store
block ;; label = @1
block ;; label = @2
local.get 0
i32.load
local.tee 4
br_if 0
local.get 1
i32.const 12
i32.add
local.set 3
br 1
end
local.get 1
i32.const 1
i32.store offset=12
local.get 1
i32.const 28
i32.add
local.set 3
local.get 4
local.set 2
end
local.get 3
local.get 2
i32.store
block ;; label = @1
local.get 0
i32.load offset=12
i32.eqz
br_if 0
local.get 0
i32.load offset=16
local.tee 2
i32.eqz
br_if 0
local.get 2
i32.eqz
br_if 0
local.get 0
i32.load offset=20
i32.const 255
local.get 2
memory.fill
end
local.get 1
i32.const 32
i32.add
global.set 0
)
(func (type 0) (param i32)
(local i32 i32)
global.get 0
i32.const 16
i32.sub
local.tee 1
global.set 0
block ;; label = @1
block ;; label = @2
block ;; label = @3
block ;; label = @4
local.get 0
i32.load8_u offset=20
br_table 0 3 3 1 2 3
end
block ;; label = @4
block ;; label = @5
local.get 0
i32.load
local.tee 0
br_if 0
i32.const 0
local.set 0
local.get 1
i32.const 12
i32.add
local.set 2
br 1
end
local.get 1
i32.const 1
i32.store offset=12
local.get 1
i32.const 8
i32.add
local.set 2
end
local.get 2
local.get 0
i32.store
br 2
end
local.get 0
i32.const 24
i32.add
call 61
br 1
end
local.get 0
i32.const 32
i32.add
call 61
end
local.get 1
i32.const 16
i32.add
global.set 0
)
(func (type 4) (param i32 i32)
(local i32 i32 i32)
global.get 0
i32.const 16
i32.sub
local.tee 2
global.set 0
local.get 0
local.get 0
i32.load offset=8
local.tee 3
i32.const 1
local.get 3
select
i32.store offset=8
block ;; label = @1
block ;; label = @2
block ;; label = @3
block ;; label = @4
block ;; label = @5
block ;; label = @6
block ;; label = @7
local.get 3
br_table 0 5 1 5
end
local.get 1
i32.load
local.set 3
local.get 0
i32.load
local.tee 4
br_if 1
local.get 1
i32.load offset=4
local.set 1
br 2
end
local.get 1
i32.load offset=4
local.get 1
i32.load
i32.load offset=8
call_indirect (type 0)
br 3
end
local.get 0
i32.load offset=4
local.get 1
i32.load offset=4
local.tee 1
i32.ne
br_if 0
local.get 4
local.get 3
i32.eq
br_if 1
end
local.get 2
i32.const 8
i32.add
local.get 1
local.get 3
i32.load
call_indirect (type 4)
local.get 2
i32.load offset=12
local.set 3
local.get 2
i32.load offset=8
local.set 1
block ;; label = @4
local.get 0
i32.load
local.tee 4
i32.eqz
br_if 0
local.get 0
i32.load offset=4
local.get 4
i32.load offset=12
call_indirect (type 0)
end
local.get 0
local.get 3
i32.store offset=4
local.get 0
local.get 1
i32.store
end
local.get 0
i32.const 0
local.get 0
i32.load offset=8
local.tee 3
local.get 3
i32.const 1
i32.eq
local.tee 3
select
i32.store offset=8
local.get 3
br_if 0
local.get 0
i32.load
local.set 3
local.get 0
i32.const 0
i32.store
local.get 3
i32.eqz
br_if 1
local.get 0
i32.load offset=4
local.set 1
local.get 0
i32.const 0
i32.store offset=8
local.get 1
local.get 3
i32.load offset=4
call_indirect (type 0)
end
local.get 2
i32.const 16
i32.add
global.set 0
return
end
call 58
unreachable
)
(func (type 0) (param i32)
(local i32)
local.get 0
i32.const 4
i32.add
call 91
local.get 0
i32.load
local.tee 1
local.get 1
i32.load
local.tee 1
i32.const -1
i32.add
i32.store
block ;; label = @1
local.get 1
i32.const 1
i32.ne
br_if 0
local.get 0
i32.load
call 77
end
)
(func (type 0) (param i32)
(local i32 i32)
local.get 0
i32.load
local.tee 1
i32.const 1
i32.store8 offset=34
local.get 1
i32.load8_u offset=16
local.set 2
local.get 1
i32.const 1
i32.store8 offset=16
block ;; label = @1
local.get 2
br_if 0
local.get 1
i32.const 0
i32.store8 offset=16
local.get 1
i32.load offset=8
local.set 2
local.get 1
i32.const 0
i32.store offset=8
local.get 2
i32.eqz
br_if 0
local.get 1
i32.load offset=12
local.get 2
i32.load offset=4
call_indirect (type 0)
end
local.get 1
i32.load8_u offset=28
local.set 2
local.get 1
i32.const 1
i32.store8 offset=28
block ;; label = @1
local.get 2
br_if 0
local.get 1
i32.load offset=20
local.set 2
local.get 1
i32.const 0
i32.store offset=20
block ;; label = @2
local.get 2
i32.eqz
br_if 0
local.get 1
i32.load offset=24
local.get 2
i32.load offset=12
call_indirect (type 0)
end
local.get 1
i32.const 0
i32.store8 offset=28
end
local.get 1
local.get 1
i32.load
local.tee 2
i32.const -1
i32.add
i32.store
block ;; label = @1
local.get 2
i32.const 1
i32.ne
br_if 0
local.get 0
i32.load
call 76
end
)
(func (type 1) (param i32 i32) (result i32)
(local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i32 i32 i32)
global.get 0
i32.const 96
i32.sub
local.tee 2
global.set 0
block ;; label = @1
block ;; label = @2
block ;; label = @3
block ;; label = @4
block ;; label = @5
block ;; label = @6
block ;; label = @7
block ;; label = @8
block ;; label = @9
block ;; label = @10
block ;; label = @11
block ;; label = @12
block ;; label = @13
local.get 0
i32.load8_u offset=288
br_table 0 7 3 1 0
end
local.get 0
local.get 0
i32.load
local.tee 3
i32.store offset=144
local.get 0
i32.const 148
i32.add
local.get 0
i32.const 4
i32.add
i32.const 140
memory.copy
br 1
end
local.get 0
i32.load offset=144
local.set 3
end
local.get 3
i32.load8_u offset=20
br_if 7
block ;; label = @11
block ;; label = @12
block ;; label = @13
block ;; label = @14
block ;; label = @15
block ;; label = @16
block ;; label = @17
block ;; label = @18
block ;; label = @19
block ;; label = @20
block ;; label = @21
local.get 0
i32.load8_u offset=284
br_table 1 15 11 0 1
end
local.get 0
i32.const 152
i32.add
local.set 4
local.get 0
i32.const 281
i32.add
local.set 5
block ;; label = @21
local.get 0
i32.load8_u offset=281
br_table 0 15 11 3 0
end
local.get 0
i32.load offset=160
local.set 3
br 1
end
local.get 0
i32.const 0
i32.store8 offset=281
local.get 0
local.get 0
i32.load offset=148
local.tee 3
i32.store offset=160
local.get 0
i32.const 152
i32.add
local.set 4
local.get 0
i32.const 281
i32.add
local.set 5
end
local.get 0
local.get 3
i32.store offset=164
i32.const 1
local.set 6
local.get 0
i32.const 1
i32.store8 offset=280
local.get 0
call 2
local.tee 3
i32.store offset=168
local.get 3
global.get 1
i32.const 1048598
i32.add
i32.const 15
call 3
local.get 0
i32.load offset=168
i64.const 5000
call 4
local.get 0
i32.load offset=168
i64.const 7
call 5
local.get 0
i32.load offset=164
local.get 2
i32.const 56
i32.add
call 6
block ;; label = @19
block ;; label = @20
local.get 2
i32.load8_u offset=56
br_if 0
i32.const 0
local.set 7
br 1
end
i32.const 1
local.get 2
i32.load offset=60
local.get 2
i32.load offset=64
local.tee 3
i32.const -2147483648
i32.eq
local.tee 8
select
local.set 6
i32.const 0
local.get 3
local.get 8
select
local.set 7
end
i32.const 0
local.set 9
loop ;; label = @19
local.get 6
local.get 9
i32.add
local.set 10
block ;; label = @20
block ;; label = @21
local.get 7
local.get 9
i32.sub
local.tee 11
i32.const 7
i32.gt_u
br_if 0
local.get 7
local.get 9
i32.eq
br_if 4
i32.const 0
local.set 3
loop ;; label = @22
local.get 10
local.get 3
i32.add
i32.load8_u
i32.const 46
i32.eq
br_if 2
local.get 11
local.get 3
i32.const 1
i32.add
local.tee 3
i32.ne
br_if 0
br 5
end
end
block ;; label = @21
block ;; label = @22
block ;; label = @23
local.get 10
i32.const 3
i32.add
i32.const -4
i32.and
local.tee 3
local.get 10
i32.eq
br_if 0
local.get 3
local.get 10
i32.sub
local.set 8
i32.const 0
local.set 3
loop ;; label = @24
local.get 10
local.get 3
i32.add
i32.load8_u
i32.const 46
i32.eq
br_if 4
local.get 8
local.get 3
i32.const 1
i32.add
local.tee 3
i32.ne
br_if 0
end
local.get 8
local.get 11
i32.const -8
i32.add
local.tee 12
i32.gt_u
br_if 2
br 1
end
local.get 11
i32.const -8
i32.add
local.set 12
i32.const 0
local.set 8
end
loop ;; label = @22
i32.const 16843008
local.get 10
local.get 8
i32.add
local.tee 3
i32.load
local.tee 13
i32.const 774778414
i32.xor
i32.sub
local.get 13
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
local.get 8
i32.const 8
i32.add
local.tee 8
local.get 12
i32.le_u
br_if 0
end
end
local.get 11
local.get 8
i32.eq
br_if 3
local.get 10
local.get 8
i32.add
local.set 10
local.get 7
local.get 8
i32.sub
local.get 9
i32.sub
local.set 13
i32.const 0
local.set 3
block ;; label = @21
loop ;; label = @22
local.get 10
local.get 3
i32.add
i32.load8_u
i32.const 46
i32.eq
br_if 1
local.get 13
local.get 3
i32.const 1
i32.add
local.tee 3
i32.eq
br_if 5
br 0
end
end
local.get 3
local.get 8
i32.add
local.set 3
end
block ;; label = @20
local.get 3
local.get 9
i32.add
local.tee 3
local.get 7
i32.ge_u
br_if 0
local.get 6
local.get 3
i32.add
i32.load8_u
i32.const 46
i32.eq
br_if 4
end
local.get 7
local.get 3
i32.const 1
i32.add
local.tee 9
i32.ge_u
br_if 0
br 2
end
end
local.get 0
i32.const 188
i32.add
local.set 9
block ;; label = @18
block ;; label = @19
local.get 0
i32.load8_u offset=276
br_table 0 13 9 1 0
end
local.get 0
i32.load offset=192
local.set 8
local.get 0
i32.load offset=188
local.set 10
br 3
end
local.get 0
i32.const 196
i32.add
local.set 6
block ;; label = @18
block ;; label = @19
local.get 0
i32.load8_u offset=272
br_table 0 13 9 1 0
end
local.get 0
i64.load offset=200 align=4
local.set 14
local.get 0
i32.load offset=196
local.set 3
br 4
end
local.get 0
i32.const 208
i32.add
local.set 11
block ;; label = @18
local.get 0
i32.load offset=240
local.tee 3
i32.const -2147483647
i32.lt_u
br_if 0
local.get 3
i32.const -2147483647
i32.ne
br_if 17
br 5
end
local.get 0
i32.load offset=208
local.set 12
local.get 0
i32.const 0
i32.store offset=208
local.get 0
i32.load offset=212
local.set 3
br 5
end
local.get 7
local.set 3
end
block ;; label = @16
block ;; label = @17
local.get 3
br_if 0
i32.const 1
local.set 8
br 1
end
i32.const 1
local.get 3
call 46
local.tee 8
i32.eqz
br_if 15
local.get 3
i32.eqz
br_if 0
local.get 8
local.get 6
local.get 3
memory.copy
end
local.get 0
local.get 3
i32.store offset=180
local.get 0
local.get 8
i32.store offset=176
local.get 0
local.get 3
i32.store offset=172
block ;; label = @16
block ;; label = @17
local.get 7
br_if 0
local.get 2
i32.const 56
i32.add
local.set 10
i32.const 0
local.set 7
br 1
end
local.get 2
i32.const 1
i32.store offset=56
local.get 2
i32.const 84
i32.add
local.set 10
end
local.get 10
local.get 7
i32.store
local.get 2
i64.const -4294967295
i64.store offset=84 align=4
local.get 0
i32.load offset=168
local.set 10
local.get 2
i64.const 0
i64.store offset=56
global.get 1
i32.const 1048613
i32.add
i32.const 10
local.get 8
local.get 3
i32.const 1
local.get 10
local.get 2
i32.const 56
i32.add
call 7
local.get 0
local.get 2
i32.load offset=60
local.tee 6
i32.store offset=156
local.get 0
local.get 2
i32.load8_u offset=56
local.tee 8
i32.const 0
i32.ne
i32.store offset=152
block ;; label = @16
block ;; label = @17
local.get 2
i32.load offset=88
local.tee 3
i32.const -1
i32.eq
br_if 0
local.get 3
call 8
local.get 0
i32.load offset=156
local.set 6
local.get 0
i32.load offset=152
i32.eqz
br_if 1
br 6
end
local.get 8
br_if 5
end
local.get 0
i32.const 0
i32.store8 offset=280
local.get 0
local.get 6
i32.store offset=184
local.get 0
i32.const 0
i32.store8 offset=276
local.get 0
local.get 0
i32.load offset=164
local.tee 8
i32.store offset=192
local.get 0
local.get 0
i32.const 184
i32.add
local.tee 10
i32.store offset=188
local.get 0
i32.const 188
i32.add
local.set 9
end
local.get 0
i32.const 0
i32.store8 offset=272
local.get 0
local.get 0
i32.const 277
i32.add
local.tee 3
i32.store offset=196
local.get 0
local.get 8
i64.extend_i32_u
i64.const 32
i64.shl
local.get 10
i64.extend_i32_u
i64.or
local.tee 14
i64.store offset=200 align=4
local.get 0
i32.const 196
i32.add
local.set 6
end
local.get 0
local.get 3
i32.store offset=268
local.get 0
local.get 14
i64.store offset=244 align=4
local.get 0
i32.const -2147483647
i32.store offset=240
local.get 0
i32.const 2
i32.store offset=224
local.get 0
i32.const 0
i32.store offset=216
local.get 0
i32.const 0
i32.store offset=208
local.get 0
i32.const 208
i32.add
local.set 11
end
local.get 0
i64.load offset=240 align=4
local.set 14
local.get 0
i32.const -2147483645
i32.store offset=240
local.get 2
local.get 0
i32.load offset=264
i32.store offset=80
local.get 2
local.get 0
i64.load offset=256 align=4
i64.store offset=72
local.get 2
local.get 0
i64.load offset=248 align=4
i64.store offset=64
local.get 2
local.get 14
i64.store offset=56
block ;; label = @13
local.get 14
i32.wrap_i64
i32.const -2147483647
i32.ne
br_if 0
local.get 2
i32.load offset=64
local.set 3
local.get 2
i32.load offset=60
local.set 10
i32.const 4
i32.const 8
call 46
local.tee 8
i32.eqz
br_if 12
local.get 0
i32.const 240
i32.add
local.set 7
local.get 2
i32.const -1
i32.store offset=56
local.get 10
i32.load
local.set 10
i32.const 1
local.set 12
block ;; label = @14
i32.const 1
br_if 0
i32.const -1
call 9
end
local.get 10
local.get 3
local.get 8
call 10
local.set 13
local.get 7
call 70
local.get 0
i32.const 0
i32.store8 offset=264
local.get 0
local.get 13
i32.const 4
i32.shr_u
i32.store offset=260
local.get 0
local.get 3
i32.store offset=256
local.get 0
local.get 10
i32.store offset=252
local.get 0
local.get 8
i32.store offset=248
local.get 0
i64.const 34359738372
i64.store offset=240 align=4
local.get 13
i32.const 15
i32.and
local.set 3
br 1
end
local.get 2
i32.const 56
i32.add
call 70
i32.const 40
call 52
unreachable
end
local.get 2
i32.const 84
i32.add
local.get 11
local.get 1
local.get 12
local.get 3
call 71
i32.const 3
local.set 3
block ;; label = @12
block ;; label = @13
local.get 2
i32.load offset=84
local.tee 10
i32.const 3
i32.eq
br_if 0
local.get 2
i32.load offset=88
local.set 8
local.get 11
call 72
local.get 10
i32.const 2
i32.eq
br_if 12
local.get 0
i32.const 1
i32.store8 offset=272
local.get 6
call 73
local.get 0
i32.const 1
i32.store8 offset=276
local.get 9
call 74
block ;; label = @14
local.get 10
i32.const 1
i32.ne
br_if 0
local.get 0
i32.load offset=184
local.tee 3
i32.const -1
i32.eq
br_if 2
local.get 3
call 11
br 2
end
block ;; label = @14
local.get 0
i32.load offset=184
local.tee 3
i32.const -1
i32.eq
br_if 0
local.get 3
call 11
end
block ;; label = @14
block ;; label = @15
local.get 0
i32.load offset=172
local.tee 3
br_if 0
local.get 2
i32.const 56
i32.add
local.set 10
i32.const 0
local.set 3
br 1
end
local.get 2
i32.const 1
i32.store offset=56
local.get 2
i32.const 84
i32.add
local.set 10
end
local.get 10
local.get 3
i32.store
local.get 0
i32.const 0
i32.store8 offset=280
br 9
end
local.get 0
i32.const 3
i32.store8 offset=281
local.get 0
i32.const 3
i32.store8 offset=276
local.get 0
i32.const 3
i32.store8 offset=272
local.get 0
i32.const 3
i32.store8 offset=284
local.get 0
i32.load offset=144
i32.const 8
i32.add
local.get 1
i32.load
call 66
local.get 0
i32.load offset=144
i32.load8_u offset=20
br_if 9
i32.const 1
local.set 8
br 10
end
local.get 8
local.set 6
end
block ;; label = @11
block ;; label = @12
local.get 0
i32.load offset=172
local.tee 3
br_if 0
i32.const 0
local.set 3
local.get 2
i32.const 56
i32.add
local.set 8
br 1
end
local.get 2
i32.const 1
i32.store offset=56
local.get 2
i32.const 84
i32.add
local.set 8
end
local.get 8
local.get 3
i32.store
local.get 2
i64.const 0
i64.store offset=56
local.get 6
local.get 2
i32.const 56
i32.add
call 12
local.get 2
local.get 2
i32.load offset=60
local.tee 3
i32.store offset=40
local.get 2
local.get 2
i32.load offset=56
local.tee 8
i32.store offset=36
local.get 2
local.get 3
i32.store offset=32
block ;; label = @11
block ;; label = @12
local.get 3
i32.const 5
i32.eq
br_if 0
i32.const 500
local.set 15
local.get 3
i32.const 16
i32.ne
br_if 1
i32.const 404
i32.const 500
local.get 8
i64.load align=1
i64.const 7939127498043977591
i64.xor
local.get 8
i32.const 8
i32.add
i64.load align=1
i64.const 7236850772547040367
i64.xor
i64.or
i64.eqz
select
local.set 15
br 1
end
block ;; label = @12
block ;; label = @13
local.get 8
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
local.get 8
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
local.set 15
end
local.get 2
i64.const 0
i64.store offset=56
local.get 6
local.get 2
i32.const 56
i32.add
call 13
local.get 2
local.get 2
i32.load offset=60
local.tee 3
i32.store offset=52
local.get 2
local.get 2
i32.load offset=56
i32.store offset=48
local.get 2
local.get 3
i32.store offset=44
local.get 2
global.get 2
i32.const 2
i32.add
local.tee 3
i32.store offset=68
local.get 2
local.get 3
i32.store offset=60
global.get 1
i32.const 1048623
i32.add
local.set 8
local.get 2
local.get 2
i32.const 44
i32.add
i32.store offset=64
local.get 2
local.get 2
i32.const 32
i32.add
i32.store offset=56
i32.const 0
local.set 10
i32.const 192
local.set 3
i32.const 0
local.set 13
loop ;; label = @11
local.get 8
i32.const 1
i32.add
local.set 8
block ;; label = @12
block ;; label = @13
local.get 3
i32.extend8_s
i32.const -1
i32.gt_s
br_if 0
block ;; label = @14
local.get 3
i32.const 255
i32.and
i32.const 128
i32.ne
br_if 0
local.get 10
local.get 8
i32.load16_u align=1
local.tee 3
i32.add
local.set 10
local.get 8
local.get 3
i32.add
i32.const 2
i32.add
local.set 8
br 2
end
local.get 8
local.get 3
i32.const 3
i32.and
i32.const 8
i32.rotr
local.tee 11
i32.const 5
i32.shl
i32.const 1073741824
i32.and
local.get 11
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
local.set 8
local.get 10
i32.eqz
local.get 13
i32.or
local.set 13
br 1
end
local.get 8
local.get 3
i32.const 255
i32.and
local.tee 3
i32.add
local.set 8
local.get 10
local.get 3
i32.add
local.set 10
end
local.get 8
i32.load8_u
local.tee 3
br_if 0
end
block ;; label = @11
block ;; label = @12
block ;; label = @13
block ;; label = @14
local.get 13
local.get 10
i32.const 16
i32.lt_u
i32.and
i32.eqz
br_if 0
i32.const 1
local.set 13
br 1
end
i32.const 1
local.set 13
local.get 10
i32.const 1
i32.shl
local.tee 3
i32.const -1
i32.le_s
br_if 7
local.get 3
br_if 1
end
i32.const 0
local.set 3
br 1
end
i32.const 1
local.get 3
call 46
local.tee 13
i32.eqz
br_if 10
end
i32.const 0
local.set 8
local.get 2
i32.const 0
i32.store offset=92
local.get 2
local.get 13
i32.store offset=88
local.get 2
local.get 3
i32.store offset=84
block ;; label = @11
local.get 2
i32.const 84
i32.add
global.get 1
local.tee 3
i32.const 1049112
i32.add
local.get 3
i32.const 1048623
i32.add
local.get 2
i32.const 56
i32.add
call 75
br_if 0
local.get 2
i32.load offset=92
local.set 9
block ;; label = @12
block ;; label = @13
local.get 2
i32.load offset=44
local.tee 10
br_if 0
local.get 2
i32.const 56
i32.add
local.set 3
br 1
end
local.get 2
i32.const 1
i32.store offset=56
local.get 2
i32.const 84
i32.add
local.set 3
local.get 10
local.set 8
end
local.get 2
i32.load offset=88
local.set 16
local.get 2
i32.load offset=84
local.set 17
local.get 3
local.get 8
i32.store
call 14
local.set 1
i32.const 10
local.set 3
local.get 9
local.set 10
block ;; label = @12
local.get 9
i32.const 1000
i32.lt_u
br_if 0
i32.const 10
local.set 3
local.get 9
local.set 10
loop ;; label = @13
local.get 2
i32.const 56
i32.add
local.get 3
i32.add
local.tee 13
i32.const -4
i32.add
global.get 1
i32.const 1048629
i32.add
local.tee 11
local.get 10
local.tee 8
local.get 8
i32.const 10000
i32.div_u
local.tee 10
i32.const 10000
i32.mul
i32.sub
local.tee 12
i32.const 65535
i32.and
i32.const 100
i32.div_u
local.tee 7
i32.const 1
i32.shl
i32.add
i32.load16_u align=1
i32.store16 align=1
local.get 13
i32.const -2
i32.add
local.get 11
local.get 12
local.get 7
i32.const 100
i32.mul
i32.sub
i32.const 65535
i32.and
i32.const 1
i32.shl
i32.add
i32.load16_u align=1
i32.store16 align=1
local.get 3
i32.const -4
i32.add
local.set 3
local.get 8
i32.const 9999999
i32.gt_u
br_if 0
end
end
block ;; label = @12
block ;; label = @13
local.get 10
i32.const 9
i32.gt_u
br_if 0
local.get 10
local.set 8
br 1
end
local.get 2
i32.const 56
i32.add
local.get 3
i32.const -2
i32.add
local.tee 3
i32.add
global.get 1
i32.const 1048629
i32.add
local.get 10
local.get 10
i32.const 65535
i32.and
i32.const 100
i32.div_u
local.tee 8
i32.const 100
i32.mul
i32.sub
i32.const 65535
i32.and
i32.const 1
i32.shl
i32.add
i32.load16_u align=1
i32.store16 align=1
end
block ;; label = @12
block ;; label = @13
block ;; label = @14
block ;; label = @15
local.get 9
i32.eqz
br_if 0
local.get 8
i32.eqz
br_if 1
end
local.get 2
i32.const 56
i32.add
local.get 3
i32.const -1
i32.add
local.tee 10
i32.add
local.tee 13
global.get 1
i32.const 1048629
i32.add
local.get 8
i32.const 1
i32.shl
i32.add
i32.load8_u offset=1
i32.store8
i32.const 11
local.get 3
i32.sub
local.set 8
local.get 10
i32.const 10
i32.eq
local.set 10
br 1
end
i32.const 10
local.get 3
i32.sub
local.set 8
i32.const 1
local.set 10
block ;; label = @14
local.get 3
i32.const 10
i32.ne
br_if 0
i32.const 1
local.set 3
br 2
end
local.get 2
i32.const 56
i32.add
local.get 3
i32.add
local.set 13
i32.const 0
local.set 10
end
i32.const 1
local.get 8
call 46
local.tee 3
i32.eqz
br_if 11
local.get 8
i32.eqz
br_if 0
local.get 3
local.get 13
local.get 8
memory.copy
end
local.get 1
global.get 1
i32.const 1048584
i32.add
i32.const 14
local.get 3
local.get 8
local.get 2
i32.const 56
i32.add
call 15
block ;; label = @12
local.get 2
i32.load8_u offset=56
i32.eqz
br_if 0
local.get 2
i32.load8_u offset=60
i32.const 4
i32.lt_u
br_if 0
local.get 2
i32.load8_u offset=64
i32.eqz
br_if 0
i32.const 0
local.set 3
local.get 2
i32.load offset=72
local.tee 13
i32.const 0
i32.lt_s
br_if 0
block ;; label = @13
block ;; label = @14
local.get 13
br_if 0
local.get 2
i32.const 56
i32.add
local.set 11
br 1
end
local.get 2
i32.const 1
i32.store offset=56
local.get 2
i32.const 84
i32.add
local.set 11
local.get 13
local.set 3
end
local.get 11
local.get 3
i32.store
end
block ;; label = @12
block ;; label = @13
local.get 10
i32.eqz
br_if 0
i32.const 0
local.set 8
local.get 2
i32.const 56
i32.add
local.set 3
br 1
end
local.get 2
i32.const 1
i32.store offset=56
local.get 2
i32.const 84
i32.add
local.set 3
end
local.get 3
local.get 8
i32.store
call 16
local.set 14
block ;; label = @12
block ;; label = @13
local.get 9
br_if 0
i32.const 1
local.set 10
br 1
end
i32.const 1
local.get 9
call 46
local.tee 10
i32.eqz
br_if 11
local.get 9
i32.eqz
br_if 0
local.get 10
local.get 16
local.get 9
memory.copy
end
i32.const 4
i32.const 36
call 46
local.tee 3
i32.eqz
br_if 10
local.get 3
i32.const 0
i32.store8 offset=34
local.get 3
i32.const 512
i32.store16 offset=32
local.get 3
i32.const 0
i32.store8 offset=28
local.get 3
i32.const 0
i32.store offset=20
local.get 3
i32.const 0
i32.store8 offset=16
local.get 3
i32.const 0
i32.store offset=8
local.get 3
i64.const 4294967298
i64.store align=4
i32.const 1
i32.eqz
br_if 1
local.get 2
call 47
local.get 2
i32.load offset=4
local.set 11
local.get 2
i32.load
local.set 13
i32.const 4
i32.const 348
call 46
local.tee 8
i32.eqz
br_if 10
local.get 8
i32.const 0
i32.store8 offset=344
local.get 8
i32.const 0
i32.store8 offset=168
local.get 8
i32.const 0
i32.store8 offset=28
local.get 8
local.get 14
i64.const 32
i64.shr_u
i32.wrap_i64
i32.store offset=24
local.get 8
local.get 9
i32.store offset=16
local.get 8
local.get 10
i32.store offset=12
local.get 8
local.get 9
i32.store offset=8
local.get 8
local.get 3
i32.store
local.get 8
global.get 1
i32.const 1049064
i32.add
i32.store offset=20
local.get 8
local.get 11
i32.store offset=4
i32.const 0
call 167
local.tee 10
i32.eqz
br_if 2
local.get 10
i32.load
local.tee 11
i32.eqz
br_if 3
block ;; label = @12
block ;; label = @13
local.get 11
i32.const 3
i32.lt_u
br_if 0
local.get 10
i32.load offset=16
i32.load offset=16
local.tee 11
br_if 1
end
local.get 10
call 167
drop
br 11
end
global.get 1
local.set 12
local.get 10
i32.load offset=4
local.get 8
local.get 12
i32.const 1048952
i32.add
local.get 11
call_indirect (type 5)
local.get 10
call 167
drop
local.get 3
i32.const 1
i32.store8 offset=34
local.get 3
i32.load8_u offset=16
local.set 8
local.get 3
i32.const 1
i32.store8 offset=16
block ;; label = @12
local.get 8
br_if 0
local.get 3
i32.const 0
i32.store8 offset=16
local.get 3
i32.load offset=8
local.set 8
local.get 3
i32.const 0
i32.store offset=8
local.get 8
i32.eqz
br_if 0
local.get 3
i32.load offset=12
local.get 8
i32.load offset=12
call_indirect (type 0)
end
local.get 3
i32.load8_u offset=28
local.set 8
local.get 3
i32.const 1
i32.store8 offset=28
block ;; label = @12
local.get 8
br_if 0
local.get 3
i32.const 0
i32.store8 offset=28
local.get 3
i32.load offset=20
local.set 8
local.get 3
i32.const 0
i32.store offset=20
local.get 8
i32.eqz
br_if 0
local.get 3
i32.load offset=24
local.get 8
i32.load offset=4
call_indirect (type 0)
end
local.get 3
local.get 3
i32.load
local.tee 8
i32.const -1
i32.add
i32.store
block ;; label = @12
local.get 8
i32.const 1
i32.ne
br_if 0
local.get 3
call 76
end
local.get 14
i32.wrap_i64
local.set 3
local.get 13
local.get 13
i32.load
local.tee 8
i32.const -1
i32.add
i32.store
block ;; label = @12
local.get 8
i32.const 1
i32.ne
br_if 0
local.get 13
call 77
end
call 17
local.set 14
local.get 2
local.get 1
i32.store offset=84
local.get 2
i64.const 0
i64.store offset=56
local.get 3
i32.const -1
i32.eq
br_if 4
local.get 2
i32.load offset=84
local.set 8
local.get 2
i32.const -1
i32.store offset=84
local.get 14
i32.wrap_i64
local.tee 10
i32.const -1
i32.eq
br_if 4
local.get 8
i32.const 1
local.get 3
local.get 10
local.get 2
i32.const 56
i32.add
call 18
local.get 2
i32.load offset=60
local.set 3
local.get 2
i32.load offset=56
local.set 8
block ;; label = @12
local.get 2
i32.load offset=84
local.tee 10
i32.const -1
i32.eq
br_if 0
local.get 10
call 19
end
block ;; label = @12
local.get 3
i32.const -1
i32.eq
br_if 0
local.get 3
call 20
end
i32.const 8
i32.const 80
call 46
local.tee 3
i32.eqz
br_if 10
i32.const 0
local.set 10
local.get 3
i32.const 0
i32.store8 offset=72
local.get 3
i64.const 39
i64.store offset=48
local.get 3
i32.const 2
i32.store offset=24
local.get 3
i32.const 0
i32.store offset=16
local.get 3
i32.const 0
i32.store offset=8
local.get 3
i64.const 4294967297
i64.store
local.get 3
local.get 14
i64.const 32
i64.shr_u
i64.store32 offset=44
local.get 3
global.get 1
i32.const 1049016
i32.add
i32.store offset=40
local.get 3
call 78
local.get 8
local.get 15
call 21
drop
local.get 2
i32.const 56
i32.add
local.tee 3
local.set 13
i32.const 0
local.set 11
block ;; label = @12
local.get 17
i32.eqz
br_if 0
local.get 2
i32.const 1
i32.store offset=56
local.get 2
i32.const 84
i32.add
local.set 13
local.get 17
local.set 11
end
local.get 13
local.get 11
i32.store
block ;; label = @12
local.get 2
i32.load offset=32
local.tee 13
i32.eqz
br_if 0
local.get 2
i32.const 1
i32.store offset=56
local.get 2
i32.const 84
i32.add
local.set 3
local.get 13
local.set 10
end
local.get 3
local.get 10
i32.store
block ;; label = @12
local.get 6
i32.const -1
i32.eq
br_if 0
local.get 6
call 22
end
local.get 0
i32.load8_u offset=280
i32.eqz
br_if 6
local.get 0
i32.load offset=164
local.tee 3
i32.const -1
i32.eq
br_if 6
local.get 3
call 9
br 6
end
i32.const 86
call 62
end
unreachable
end
i32.const 33
call 52
unreachable
end
i32.const 57
call 52
unreachable
end
call 58
unreachable
end
call 63
unreachable
end
local.get 0
i32.const 0
i32.store8 offset=280
end
local.get 5
i32.const 1
i32.store8
local.get 2
local.get 8
i32.store offset=12
local.get 2
i32.const 39
i32.store offset=8
local.get 4
call 79
local.get 2
i32.load offset=12
local.set 3
local.get 2
i32.const -1
i32.store offset=12
i32.const 0
local.get 3
i32.const 0
i64.const 0
i32.const 0
i32.const 0
i32.const 0
i32.const 0
call 23
block ;; label = @4
block ;; label = @5
local.get 2
i32.load offset=8
i32.const 39
i32.ne
br_if 0
local.get 2
i32.load offset=12
local.tee 3
i32.const -1
i32.eq
br_if 1
local.get 3
call 24
br 1
end
local.get 2
i32.const 8
i32.add
call 80
end
local.get 0
i32.const 1
i32.store8 offset=284
end
local.get 0
i32.const 144
i32.add
call 81
i32.const 1
local.set 3
i32.const 0
local.set 8
end
local.get 0
local.get 3
i32.store8 offset=288
local.get 2
i32.const 96
i32.add
global.set 0
local.get 8
return
end
call 51
unreachable
)
(func (type 0) (param i32)
(local i32)
block ;; label = @1
block ;; label = @2
block ;; label = @3
local.get 0
i32.load
local.tee 1
i32.const 2147483647
i32.add
i32.const 1
local.get 1
i32.const -2147483648
i32.gt_u
select
br_table 0 1 2
end
local.get 0
i32.load offset=8
local.tee 0
i32.const -1
i32.eq
br_if 1
local.get 0
call 9
return
end
local.get 0
call 93
end
)
(func (type 12) (param i32 i32 i32 i32 i32)
(local i32 i32 i64 i64 i64 i32 i32 i32 i32 i32 i32)
global.get 0
i32.const 48
i32.sub
local.tee 5
global.set 0
local.get 1
i32.const 32
i32.add
local.set 6
block ;; label = @1
block ;; label = @2
block ;; label = @3
block ;; label = @4
block ;; label = @5
block ;; label = @6
block ;; label = @7
block ;; label = @8
block ;; label = @9
local.get 3
i32.const 1
i32.ne
br_if 0
block ;; label = @10
local.get 1
i32.load offset=16
i32.const 2
i32.eq
br_if 0
local.get 1
i32.const 0
i32.store offset=16
end
local.get 6
i64.load align=4
local.set 7
local.get 6
i64.load offset=8 align=4
local.set 8
local.get 6
i64.load offset=16 align=4
local.set 9
local.get 6
i32.load offset=24
local.set 3
local.get 1
i32.const -2147483645
i32.store offset=32
local.get 5
local.get 3
i32.store offset=32
local.get 5
local.get 9
i64.store offset=24
local.get 5
local.get 8
i64.store offset=16
local.get 5
local.get 7
i64.store offset=8
block ;; label = @10
local.get 7
i32.wrap_i64
local.tee 10
i32.const -2147483648
i32.gt_u
br_if 0
local.get 5
i32.load8_u offset=32
local.set 11
local.get 5
i32.load offset=28
local.set 3
local.get 5
i32.load offset=24
local.set 12
local.get 5
i32.load offset=20
local.set 13
local.get 5
i32.load offset=16
local.set 14
local.get 5
i32.load offset=12
local.set 15
i64.const 2
local.set 7
block ;; label = @11
block ;; label = @12
block ;; label = @13
block ;; label = @14
block ;; label = @15
block ;; label = @16
local.get 4
br_table 4 1 2 3 13 0
end
call 51
unreachable
end
i32.const 1
local.set 4
local.get 11
i32.const 1
i32.and
i32.eqz
br_if 3
i32.const 31
call 52
unreachable
end
local.get 14
i64.load32_u offset=4
i64.const 32
i64.shl
local.get 14
i32.load8_u
i32.const 0
i32.ne
i64.extend_i32_u
i64.or
local.set 7
br 10
end
block ;; label = @13
local.get 11
i32.const 1
i32.and
br_if 0
local.get 12
i32.const -1
i32.eq
br_if 10
local.get 12
call 9
br 10
end
i32.const 32
call 52
unreachable
end
i32.const 0
local.set 4
local.get 11
i32.const 1
i32.and
br_if 10
end
local.get 5
local.get 1
i32.const 57
i32.add
local.tee 11
i32.load8_u offset=2
i32.store8 offset=42
local.get 5
local.get 11
i32.load16_u align=1
i32.store16 offset=40
local.get 6
call 70
local.get 1
local.get 4
i32.store8 offset=56
local.get 1
local.get 3
i32.store offset=52
local.get 1
local.get 12
i32.store offset=48
local.get 1
local.get 13
i32.store offset=44
local.get 1
local.get 14
i64.extend_i32_u
i64.const 32
i64.shl
local.get 15
i64.extend_i32_u
i64.or
i64.store offset=36 align=4
local.get 1
local.get 10
i32.store offset=32
local.get 1
local.get 5
i32.load16_u offset=40
i32.store16 offset=57 align=1
local.get 1
local.get 5
i32.load8_u offset=42
i32.store8 offset=59
br 2
end
local.get 5
i32.const 8
i32.add
call 70
i32.const 40
call 52
unreachable
end
local.get 6
i32.load
i32.const -2147483647
i32.ge_u
br_if 1
end
local.get 2
i32.eqz
br_if 3
local.get 1
i32.load offset=52
local.tee 3
i32.eqz
br_if 1
local.get 5
local.get 2
i32.load
local.tee 6
i32.load offset=4
local.get 6
i32.load
i32.load
call_indirect (type 4)
local.get 5
i32.load offset=4
local.set 6
local.get 5
i32.load
local.set 2
block ;; label = @8
local.get 1
i32.load offset=8
local.tee 4
i32.eqz
br_if 0
local.get 1
i32.load offset=12
local.get 4
i32.load offset=12
call_indirect (type 0)
end
local.get 1
local.get 6
i32.store offset=12
local.get 1
local.get 2
i32.store offset=8
block ;; label = @8
block ;; label = @9
block ;; label = @10
i32.const 0
call 167
local.tee 6
i32.eqz
br_if 0
local.get 6
i32.load
br_table 1 5 2
end
i32.const 33
call 52
unreachable
end
i32.const 57
call 52
unreachable
end
block ;; label = @8
block ;; label = @9
block ;; label = @10
local.get 1
i32.load offset=16
i32.const 2
i32.ne
br_if 0
local.get 6
i32.load offset=4
local.set 2
br 1
end
local.get 1
i32.load offset=28
local.get 6
i32.load offset=4
local.tee 2
i32.eq
br_if 1
end
local.get 2
local.get 6
i32.load offset=16
i32.load offset=8
call_indirect (type 3)
local.set 2
local.get 6
i32.load offset=16
local.set 4
block ;; label = @9
local.get 1
i32.load offset=16
local.tee 15
i32.const 2
i32.eq
br_if 0
block ;; label = @10
block ;; label = @11
local.get 15
i32.const 1
i32.and
br_if 0
local.get 1
i32.load offset=28
local.set 15
local.get 1
i32.load offset=24
local.set 10
br 1
end
local.get 1
i32.const 0
i32.store offset=16
local.get 1
i32.load offset=28
local.tee 15
local.get 1
i32.load offset=20
local.get 1
i32.load offset=24
local.tee 10
i32.load offset=4
call_indirect (type 1)
drop
end
local.get 15
local.get 10
i32.load offset=12
call_indirect (type 0)
end
local.get 1
local.get 2
i32.store offset=28
local.get 1
local.get 4
i32.store offset=24
end
local.get 1
local.get 3
i32.store offset=20
local.get 1
i32.const 1
i32.store offset=16
br 2
end
i32.const 40
call 52
unreachable
end
call 58
unreachable
end
global.get 2
local.set 2
block ;; label = @5
local.get 6
i32.load offset=4
local.get 3
local.get 2
i32.const 3
i32.add
local.get 1
local.get 6
i32.load offset=8
call_indirect (type 6)
local.tee 2
i32.eqz
br_if 0
local.get 1
local.get 2
i32.eq
br_if 0
local.get 5
i32.const 44
i32.add
local.get 5
i32.const 8
i32.add
call 85
unreachable
end
local.get 6
call 167
drop
end
local.get 0
i32.const 3
i32.store
br 1
end
block ;; label = @3
local.get 10
i32.eqz
br_if 0
local.get 15
i32.eqz
br_if 0
local.get 15
i32.eqz
br_if 0
local.get 14
i32.const 255
local.get 15
memory.fill
end
block ;; label = @3
local.get 3
i32.eqz
br_if 0
local.get 3
call 25
end
local.get 0
local.get 7
i64.store align=4
end
local.get 5
i32.const 48
i32.add
global.set 0
return
end
i32.const 32
call 52
unreachable
)
(func (type 0) (param i32)
(local i32 i32 i32 i64 i32 i64)
global.get 0
i32.const 32
i32.sub
local.tee 1
global.set 0
local.get 0
i32.const 32
i32.add
local.set 2
block ;; label = @1
local.get 0
i32.load offset=32
local.tee 3
i32.const -2147483645
i32.eq
br_if 0
block ;; label = @2
block ;; label = @3
block ;; label = @4
block ;; label = @5
local.get 3
i32.const 2147483647
i32.add
i32.const 1
local.get 3
i32.const -2147483648
i32.gt_u
select
br_table 1 2 0 1
end
call 51
unreachable
end
local.get 2
i64.load align=4
local.set 4
local.get 2
i32.const -2147483645
i32.store
local.get 1
local.get 2
i32.load offset=24
i32.store offset=24
local.get 1
local.get 2
i64.load offset=16 align=4
i64.store offset=16
local.get 1
local.get 2
i64.load offset=8 align=4
i64.store offset=8
local.get 1
local.get 4
i64.store
local.get 4
i32.wrap_i64
i32.const -2147483647
i32.eq
br_if 1
local.get 1
call 70
i32.const 40
call 52
unreachable
end
local.get 0
i32.load
local.set 3
local.get 0
i32.const 0
i32.store
block ;; label = @3
block ;; label = @4
block ;; label = @5
block ;; label = @6
block ;; label = @7
block ;; label = @8
block ;; label = @9
block ;; label = @10
local.get 3
br_if 0
local.get 0
i32.load offset=52
local.tee 3
i32.eqz
br_if 6
block ;; label = @11
block ;; label = @12
local.get 0
i32.load offset=16
i32.const 2
i32.eq
br_if 0
local.get 0
i32.const 0
i32.store offset=16
local.get 0
i32.load offset=28
local.get 3
local.get 0
i32.load offset=24
i32.load offset=4
call_indirect (type 1)
local.set 3
br 1
end
i32.const 0
call 167
local.tee 5
i32.eqz
br_if 2
local.get 5
i32.load
i32.eqz
br_if 3
local.get 5
i32.load offset=4
local.get 3
local.get 5
i32.load offset=12
call_indirect (type 1)
local.set 3
local.get 5
call 167
drop
end
local.get 3
i32.eqz
br_if 4
local.get 0
local.get 3
i32.ne
br_if 3
br 4
end
local.get 1
local.get 0
i32.const 0
i32.const 1
local.get 0
i32.load offset=4
call 71
local.get 1
i32.load
i32.const 3
i32.eq
br_if 3
br 4
end
i32.const 33
call 52
unreachable
end
i32.const 57
call 52
unreachable
end
local.get 1
i32.const 28
i32.add
local.get 1
call 85
unreachable
end
block ;; label = @6
local.get 2
i32.load
i32.const -2147483647
i32.lt_u
br_if 0
i32.const 40
call 52
unreachable
end
local.get 0
i32.load offset=52
local.tee 3
i32.eqz
br_if 1
local.get 1
local.get 0
i32.const 0
i32.const 1
local.get 3
call 27
call 71
local.get 1
i32.load
i32.const 3
i32.eq
br_if 2
end
local.get 1
i64.load
local.tee 4
i64.const 32
i64.shr_u
local.tee 6
i32.wrap_i64
local.set 3
block ;; label = @5
block ;; label = @6
local.get 4
i32.wrap_i64
br_table 0 1 5 1
end
local.get 6
i64.const 4294967295
i64.eq
br_if 4
local.get 3
call 24
br 4
end
local.get 6
i64.const 4294967295
i64.eq
br_if 3
local.get 3
call 22
br 3
end
call 58
unreachable
end
i32.const 40
call 52
unreachable
end
local.get 1
i64.load offset=4 align=4
i64.const 32
i64.shr_u
local.tee 4
i64.const 4294967295
i64.eq
br_if 0
local.get 4
i32.wrap_i64
call 9
end
local.get 2
call 70
block ;; label = @1
local.get 0
i32.load offset=16
local.tee 2
i32.const 2
i32.eq
br_if 0
block ;; label = @2
block ;; label = @3
local.get 2
i32.const 1
i32.and
br_if 0
local.get 0
i32.load offset=28
local.set 2
local.get 0
i32.load offset=24
local.set 3
br 1
end
local.get 0
i32.const 0
i32.store offset=16
local.get 0
i32.load offset=28
local.tee 2
local.get 0
i32.load offset=20
local.get 0
i32.load offset=24
local.tee 3
i32.load offset=4
call_indirect (type 1)
drop
end
local.get 2
local.get 3
i32.load offset=12
call_indirect (type 0)
end
block ;; label = @1
local.get 0
i32.load offset=8
local.tee 2
i32.eqz
br_if 0
local.get 0
i32.load offset=12
local.get 2
i32.load offset=12
call_indirect (type 0)
end
local.get 1
i32.const 32
i32.add
global.set 0
)
(func (type 0) (param i32)
block ;; label = @1
block ;; label = @2
block ;; label = @3
local.get 0
i32.load8_u offset=76
br_table 0 2 2 1 2
end
local.get 0
i32.load offset=8
local.tee 0
i32.const -1
i32.eq
br_if 1
local.get 0
call 9
return
end
local.get 0
i32.const 12
i32.add
call 72
end
)
(func (type 0) (param i32)
block ;; label = @1
block ;; label = @2
block ;; label = @3
local.get 0
i32.load8_u offset=88
br_table 0 2 2 1 2
end
local.get 0
i32.load offset=4
local.tee 0
i32.const -1
i32.eq
br_if 1
local.get 0
call 9
return
end
local.get 0
i32.const 8
i32.add
call 73
end
)
(func (type 6) (param i32 i32 i32 i32) (result i32)
(local i32 i32 i32 i32 i32 i32 i32 i32)
global.get 0
i32.const 16
i32.sub
local.tee 4
global.set 0
block ;; label = @1
block ;; label = @2
block ;; label = @3
local.get 3
i32.const 1
i32.and
br_if 0
local.get 2
i32.load8_u
local.tee 5
br_if 1
i32.const 0
local.set 5
br 2
end
local.get 0
local.get 2
local.get 3
i32.const 1
i32.shr_u
local.get 1
i32.load offset=12
call_indirect (type 2)
local.set 5
br 1
end
local.get 1
i32.load offset=12
local.set 6
i32.const 0
local.set 7
loop ;; label = @2
local.get 2
i32.const 1
i32.add
local.set 8
block ;; label = @3
block ;; label = @4
block ;; label = @5
block ;; label = @6
block ;; label = @7
local.get 5
i32.extend8_s
i32.const -1
i32.gt_s
br_if 0
local.get 5
i32.const 255
i32.and
local.tee 9
i32.const 128
i32.eq
br_if 1
local.get 9
i32.const 192
i32.ne
br_if 3
local.get 4
local.get 1
i32.store offset=4
local.get 4
local.get 0
i32.store
local.get 4
i64.const 1610612768
i64.store offset=8 align=4
local.get 3
local.get 7
i32.const 3
i32.shl
i32.add
local.tee 5
i32.load
local.get 4
local.get 5
i32.load offset=4
call_indirect (type 1)
i32.eqz
br_if 2
i32.const 1
local.set 5
br 6
end
block ;; label = @7
local.get 0
local.get 8
local.get 5
i32.const 255
i32.and
local.tee 5
local.get 6
call_indirect (type 2)
br_if 0
local.get 8
local.get 5
i32.add
local.set 2
br 4
end
i32.const 1
local.set 5
br 5
end
block ;; label = @6
local.get 0
local.get 2
i32.const 3
i32.add
local.tee 5
local.get 2
i32.load16_u offset=1 align=1
local.tee 2
local.get 6
call_indirect (type 2)
br_if 0
local.get 5
local.get 2
i32.add
local.set 2
br 3
end
i32.const 1
local.set 5
br 4
end
local.get 7
i32.const 1
i32.add
local.set 7
local.get 8
local.set 2
br 1
end
i32.const 1610612768
local.set 10
block ;; label = @4
local.get 5
i32.const 1
i32.and
i32.eqz
br_if 0
local.get 2
i32.const 5
i32.add
local.set 8
local.get 2
i32.load offset=1 align=1
local.set 10
end
i32.const 0
local.set 9
block ;; label = @4
block ;; label = @5
local.get 5
i32.const 2
i32.and
br_if 0
i32.const 0
local.set 11
local.get 8
local.set 2
br 1
end
local.get 8
i32.const 2
i32.add
local.set 2
local.get 8
i32.load16_u align=1
local.set 11
end
block ;; label = @4
block ;; label = @5
local.get 5
i32.const 4
i32.and
br_if 0
local.get 2
local.set 8
br 1
end
local.get 2
i32.const 2
i32.add
local.set 8
local.get 2
i32.load16_u align=1
local.set 9
end
block ;; label = @4
block ;; label = @5
local.get 5
i32.const 8
i32.and
br_if 0
local.get 8
local.set 2
br 1
end
local.get 8
i32.const 2
i32.add
local.set 2
local.get 8
i32.load16_u align=1
local.set 7
end
block ;; label = @4
local.get 5
i32.const 16
i32.and
i32.eqz
br_if 0
local.get 3
local.get 11
i32.const 65535
i32.and
i32.const 3
i32.shl
i32.add
i32.load16_u offset=4
local.set 11
end
block ;; label = @4
local.get 5
i32.const 32
i32.and
i32.eqz
br_if 0
local.get 3
local.get 9
i32.const 65535
i32.and
i32.const 3
i32.shl
i32.add
i32.load16_u offset=4
local.set 9
end
local.get 4
local.get 9
i32.store16 offset=14
local.get 4
local.get 11
i32.store16 offset=12
local.get 4
local.get 10
i32.store offset=8
local.get 4
local.get 1
i32.store offset=4
local.get 4
local.get 0
i32.store
block ;; label = @4
local.get 3
local.get 7
i32.const 3
i32.shl
i32.add
local.tee 5
i32.load
local.get 4
local.get 5
i32.load offset=4
call_indirect (type 1)
i32.eqz
br_if 0
i32.const 1
local.set 5
br 3
end
local.get 7
i32.const 1
i32.add
local.set 7
end
local.get 2
i32.load8_u
local.tee 5
br_if 0
end
i32.const 0
local.set 5
end
local.get 4
i32.const 16
i32.add
global.set 0
local.get 5
)
(func (type 0) (param i32)
(local i32)
block ;; label = @1
local.get 0
i32.load offset=8
local.tee 1
i32.eqz
br_if 0
local.get 0
i32.load offset=12
local.get 1
i32.load offset=12
call_indirect (type 0)
end
block ;; label = @1
local.get 0
i32.load offset=20
local.tee 1
i32.eqz
br_if 0
local.get 0
i32.load offset=24
local.get 1
i32.load offset=12
call_indirect (type 0)
end
block ;; label = @1
local.get 0
i32.const -1
i32.eq
br_if 0
local.get 0
local.get 0
i32.load offset=4
local.tee 1
i32.const -1
i32.add
i32.store offset=4
local.get 1
i32.const 1
i32.ne
drop
end
)
(func (type 0) (param i32)
(local i32)
block ;; label = @1
local.get 0
i32.load offset=8
local.tee 1
i32.eqz
br_if 0
local.get 0
i32.load offset=12
local.get 1
i32.load offset=12
call_indirect (type 0)
end
block ;; label = @1
local.get 0
i32.const -1
i32.eq
br_if 0
local.get 0
local.get 0
i32.load offset=4
local.tee 1
i32.const -1
i32.add
i32.store offset=4
local.get 1
i32.const 1
i32.ne
drop
end
)
(func (type 0) (param i32)
(local i32 i32 i32 i32 i64 i64 i64 i32 i32 i32 i32 i32)
global.get 0
i32.const 128
i32.sub
local.tee 1
global.set 0
local.get 0
local.get 0
i32.load
local.tee 2
i32.const 1
i32.add
i32.store
block ;; label = @1
block ;; label = @2
block ;; label = @3
local.get 2
i32.const -1
i32.le_s
br_if 0
local.get 1
local.get 0
i32.const 8
i32.add
local.tee 3
i32.store offset=12
local.get 1
global.get 1
i32.const 1049000
i32.add
i32.store offset=8
local.get 0
i32.load8_u offset=72
local.set 2
local.get 0
i32.const 1
i32.store8 offset=72
local.get 1
i32.const 0
i32.store offset=24
local.get 1
local.get 1
i32.const 8
i32.add
i32.store offset=20
local.get 1
local.get 1
i32.const 8
i32.add
i32.store offset=16
block ;; label = @4
block ;; label = @5
block ;; label = @6
local.get 2
br_if 0
block ;; label = @7
block ;; label = @8
i32.const 0
local.get 0
i32.load offset=48
local.tee 2
i32.const -39
i32.add
local.tee 4
local.get 4
local.get 2
i32.gt_u
select
br_table 0 1 6 0
end
local.get 0
i32.const 40
i32.add
local.tee 4
i64.load offset=8
local.set 5
local.get 4
i64.load offset=16
local.set 6
local.get 4
i64.load offset=24
local.set 7
local.get 0
i32.const 41
i32.store offset=48
local.get 1
local.get 7
i64.store offset=64
local.get 1
local.get 6
i64.store offset=56
local.get 1
local.get 5
i64.store offset=48
local.get 1
local.get 4
i64.load
i64.store offset=40
local.get 5
i32.wrap_i64
i32.const 40
i32.lt_u
br_if 2
local.get 1
i32.const 40
i32.add
call 87
i32.const 40
call 52
unreachable
end
local.get 0
i32.load offset=8
local.set 2
local.get 0
i32.const 0
i32.store offset=8
local.get 0
i32.load offset=12
local.set 8
br 2
end
call 58
unreachable
end
local.get 1
i32.load offset=44
local.set 9
local.get 1
i32.load offset=40
local.set 2
local.get 1
local.get 1
i32.const 48
i32.add
local.tee 8
i64.load offset=16
i64.store offset=96
local.get 1
local.get 8
i64.load offset=8
i64.store offset=88
local.get 1
local.get 8
i64.load
i64.store offset=80
block ;; label = @5
block ;; label = @6
local.get 2
i32.load offset=4
local.tee 10
br_if 0
i32.const 0
local.set 11
i32.const 0
local.set 12
br 1
end
local.get 2
i32.load
local.tee 12
local.get 10
call 46
local.tee 11
i32.eqz
br_if 3
end
local.get 1
i32.const 80
i32.add
local.get 11
local.get 2
i32.load offset=8
call_indirect (type 4)
local.get 9
local.get 11
local.get 2
i32.load offset=20
call_indirect (type 1)
local.set 8
local.get 4
call 87
local.get 0
local.get 11
i32.store offset=68
local.get 0
local.get 10
i32.store offset=64
local.get 0
local.get 12
i32.store offset=60
local.get 0
local.get 9
i32.store offset=56
local.get 0
local.get 2
i32.store offset=52
local.get 0
i32.const 40
i32.store offset=48
i32.const 1
local.set 2
end
local.get 1
i32.const 40
i32.add
local.get 3
local.get 1
i32.const 16
i32.add
local.get 2
local.get 8
call 86
block ;; label = @4
block ;; label = @5
local.get 1
i64.load offset=40
local.tee 5
i64.const 3
i64.ne
br_if 0
i32.const 41
local.set 2
local.get 1
i32.const 41
i32.store offset=80
br 1
end
local.get 1
i32.load offset=76
local.set 4
local.get 1
i32.load offset=72
local.set 3
block ;; label = @5
block ;; label = @6
local.get 5
i64.eqz
i32.eqz
br_if 0
i32.const 40
local.set 2
br 1
end
local.get 1
local.get 1
i64.load offset=52 align=4
i64.store offset=104
local.get 1
local.get 1
i64.load offset=60 align=4
i64.store offset=112
local.get 1
local.get 1
i32.load offset=68
i32.store offset=120
local.get 1
i32.load offset=48
local.set 2
end
local.get 4
local.get 3
i32.load offset=36
call_indirect (type 0)
local.get 1
local.get 2
i32.store offset=80
local.get 1
local.get 1
i64.load offset=104
i64.store offset=84 align=4
local.get 1
local.get 1
i64.load offset=112
i64.store offset=92 align=4
local.get 1
local.get 1
i32.load offset=120
i32.store offset=100
end
local.get 0
i32.const 0
i32.store8 offset=72
local.get 1
i32.load offset=12
local.get 1
i32.load offset=8
i32.load offset=12
call_indirect (type 0)
local.get 0
i32.load
local.set 4
block ;; label = @4
block ;; label = @5
local.get 2
i32.const 41
i32.ne
br_if 0
local.get 4
i32.const 1
i32.gt_u
br_if 1
i32.const 46
call 52
unreachable
end
local.get 1
local.get 4
i32.store offset=32
local.get 4
i32.const 1
i32.ne
br_if 3
end
local.get 1
i32.const 0
local.get 0
i32.load offset=4
local.tee 4
i32.const -1
i32.add
local.get 4
i32.const -1
i32.eq
select
local.tee 4
i32.store offset=36
block ;; label = @4
local.get 4
br_if 0
block ;; label = @5
local.get 2
i32.const 62
i32.and
i32.const 40
i32.eq
br_if 0
local.get 1
i32.const 80
i32.add
call 88
end
local.get 0
local.get 0
i32.load
local.tee 2
i32.const -1
i32.add
i32.store
block ;; label = @5
local.get 2
i32.const 1
i32.ne
br_if 0
local.get 0
call 89
end
local.get 1
i32.const 128
i32.add
global.set 0
return
end
local.get 1
i32.const 36
i32.add
global.get 1
i32.const 1048576
i32.add
call 90
end
unreachable
end
call 51
unreachable
end
local.get 1
i32.const 32
i32.add
global.get 1
i32.const 1048580
i32.add
call 90
unreachable
)
(func (type 0) (param i32)
(local i32 i32 i32)
global.get 0
i32.const 16
i32.sub
local.tee 1
global.set 0
block ;; label = @1
block ;; label = @2
block ;; label = @3
local.get 0
i32.load8_u offset=129
br_table 0 2 2 1 2
end
local.get 0
i32.load offset=8
local.tee 0
i32.const -1
i32.eq
br_if 1
local.get 0
call 9
br 1
end
local.get 0
i32.const 36
i32.add
call 74
block ;; label = @2
local.get 0
i32.load offset=32
local.tee 2
i32.const -1
i32.eq
br_if 0
local.get 2
call 11
end
block ;; label = @2
block ;; label = @3
local.get 0
i32.load offset=20
local.tee 2
br_if 0
local.get 1
i32.const 12
i32.add
local.set 3
i32.const 0
local.set 2
br 1
end
local.get 1
i32.const 1
i32.store offset=12
local.get 1
i32.const 8
i32.add
local.set 3
end
local.get 3
local.get 2
i32.store
local.get 0
i32.const 0
i32.store8 offset=128
end
local.get 1
i32.const 16
i32.add
global.set 0
)
(func (type 0) (param i32)
(local i32 i32)
global.get 0
i32.const 16
i32.sub
local.set 1
i32.const 4
local.set 2
block ;; label = @1
block ;; label = @2
block ;; label = @3
block ;; label = @4
local.get 0
i32.load
br_table 3 2 3 3 3 3 3 3 3 3 3 3 3 3 2 3 3 3 3 3 3 3 0 3 1 3 3 1 3 3 1 2 2 3 3 3 3 3 2
end
local.get 0
i32.load offset=4
i32.const 2
i32.eq
br_if 2
end
i32.const 12
local.set 2
end
local.get 0
local.get 2
i32.add
i32.load
local.tee 0
i32.const -2147483648
i32.eq
br_if 0
block ;; label = @2
block ;; label = @3
local.get 0
br_if 0
i32.const 0
local.set 0
local.get 1
i32.const 12
i32.add
local.set 2
br 1
end
local.get 1
i32.const 1
i32.store offset=12
local.get 1
i32.const 8
i32.add
local.set 2
end
local.get 2
local.get 0
i32.store
end
)
(func (type 0) (param i32)
(local i32)
block ;; label = @1
local.get 0
i32.load8_u offset=140
i32.const 3
i32.ne
br_if 0
local.get 0
i32.const 8
i32.add
call 79
call 26
end
local.get 0
i32.load
local.tee 1
local.get 1
i32.load
local.tee 1
i32.const -1
i32.add
i32.store
block ;; label = @1
local.get 1
i32.const 1
i32.ne
br_if 0
local.get 0
i32.load
call 77
end
)
(func (type 12) (param i32 i32 i32 i32 i32)
(local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
global.get 0
i32.const 48
i32.sub
local.tee 5
global.set 0
local.get 1
i32.const 16
i32.add
local.set 6
block ;; label = @1
block ;; label = @2
block ;; label = @3
block ;; label = @4
block ;; label = @5
block ;; label = @6
block ;; label = @7
block ;; label = @8
local.get 3
i32.const 1
i32.ne
br_if 0
block ;; label = @9
local.get 1
i32.load offset=52
i32.const 2
i32.eq
br_if 0
local.get 1
i32.const 0
i32.store offset=52
end
local.get 5
i32.const 8
i32.add
local.get 6
i32.const 36
memory.copy
local.get 1
i32.const 2
i32.store offset=16
block ;; label = @9
local.get 5
i32.load offset=8
i32.const 1
i32.ne
br_if 0
local.get 5
i32.load offset=40
local.set 6
local.get 5
i32.load offset=36
local.set 3
local.get 5
i32.load offset=32
local.set 7
local.get 5
i32.load offset=28
local.set 8
local.get 5
i32.load offset=24
local.set 9
local.get 5
i32.load offset=20
local.set 10
local.get 5
i32.load offset=16
local.set 11
local.get 5
i32.load offset=12
local.set 12
block ;; label = @10
block ;; label = @11
local.get 4
i32.const -1
i32.eq
br_if 0
local.get 4
i32.const 4
i32.shr_u
local.set 13
i32.const 0
local.set 14
block ;; label = @12
block ;; label = @13
block ;; label = @14
local.get 4
i32.const 15
i32.and
br_table 11 1 2 0
end
call 51
unreachable
end
i32.const 1
local.set 4
local.get 13
i32.eqz
br_if 2
i32.const 1
local.set 14
br 9
end
i32.const 0
local.set 14
local.get 13
br_if 8
i32.const 2
local.set 4
br 9
end
local.get 1
local.get 6
i32.store offset=48
local.get 1
local.get 3
i32.store offset=44
local.get 1
local.get 7
i32.store offset=40
local.get 1
local.get 8
i32.store offset=36
local.get 1
local.get 9
i32.store offset=32
local.get 1
local.get 10
i32.store offset=28
local.get 1
local.get 11
i32.store offset=24
local.get 1
local.get 12
i32.store offset=20
local.get 1
i32.const 1
i32.store offset=16
br 3
end
i32.const 0
local.set 14
br 7
end
local.get 5
i32.const 8
i32.add
call 83
i32.const 40
call 52
unreachable
end
local.get 6
i32.load
i32.const 1
i32.ne
br_if 1
end
local.get 2
i32.eqz
br_if 2
local.get 1
i32.load offset=68
i32.load offset=4
local.set 3
local.get 5
local.get 2
i32.load
local.tee 4
i32.load offset=4
local.get 4
i32.load
i32.load
call_indirect (type 4)
local.get 5
i32.load offset=4
local.set 4
local.get 5
i32.load
local.set 2
block ;; label = @7
local.get 1
i32.load offset=8
local.tee 6
i32.eqz
br_if 0
local.get 1
i32.load offset=12
local.get 6
i32.load offset=12
call_indirect (type 0)
end
local.get 1
local.get 4
i32.store offset=12
local.get 1
local.get 2
i32.store offset=8
block ;; label = @7
block ;; label = @8
block ;; label = @9
i32.const 0
call 167
local.tee 4
i32.eqz
br_if 0
local.get 4
i32.load
br_table 1 4 2
end
i32.const 33
call 52
unreachable
end
i32.const 57
call 52
unreachable
end
block ;; label = @7
block ;; label = @8
block ;; label = @9
local.get 1
i32.load offset=52
i32.const 2
i32.ne
br_if 0
local.get 4
i32.load offset=4
local.set 2
br 1
end
local.get 1
i32.load offset=64
local.get 4
i32.load offset=4
local.tee 2
i32.eq
br_if 1
end
local.get 2
local.get 4
i32.load offset=16
i32.load offset=8
call_indirect (type 3)
local.set 2
local.get 4
i32.load offset=16
local.set 6
block ;; label = @8
local.get 1
i32.load offset=52
local.tee 10
i32.const 2
i32.eq
br_if 0
block ;; label = @9
block ;; label = @10
local.get 10
i32.const 1
i32.and
br_if 0
local.get 1
i32.load offset=64
local.set 10
local.get 1
i32.load offset=60
local.set 13
br 1
end
local.get 1
i32.const 0
i32.store offset=52
local.get 1
i32.load offset=64
local.tee 10
local.get 1
i32.load offset=56
local.get 1
i32.load offset=60
local.tee 13
i32.load offset=4
call_indirect (type 1)
drop
end
local.get 10
local.get 13
i32.load offset=12
call_indirect (type 0)
end
local.get 1
local.get 2
i32.store offset=64
local.get 1
local.get 6
i32.store offset=60
end
local.get 1
local.get 3
i32.store offset=56
local.get 1
i32.const 1
i32.store offset=52
br 1
end
i32.const 40
call 52
unreachable
end
global.get 2
local.set 2
block ;; label = @5
local.get 4
i32.load offset=4
local.get 3
local.get 2
i32.const 3
i32.add
local.get 1
local.get 4
i32.load offset=8
call_indirect (type 6)
local.tee 3
i32.eqz
br_if 0
local.get 1
local.get 3
i32.eq
br_if 0
local.get 5
i32.const 44
i32.add
local.get 5
i32.const 8
i32.add
call 85
unreachable
end
local.get 4
call 167
drop
end
local.get 0
i32.const 3
i32.store
br 2
end
block ;; label = @3
block ;; label = @4
block ;; label = @5
local.get 13
local.get 6
i32.add
local.tee 15
local.get 10
i32.gt_u
br_if 0
block ;; label = @6
block ;; label = @7
local.get 3
i32.load offset=40
i32.eqz
br_if 0
block ;; label = @8
block ;; label = @9
local.get 3
i32.load offset=44
i32.eqz
br_if 0
local.get 7
i32.const 0
local.get 9
select
local.get 3
i32.load offset=4
local.get 6
i32.mul
i32.add
local.set 4
br 1
end
local.get 11
local.get 6
i32.add
local.set 4
end
local.get 13
local.get 10
local.get 6
i32.sub
i32.gt_u
br_if 3
local.get 13
i32.eqz
br_if 1
local.get 13
local.set 2
loop ;; label = @8
block ;; label = @9
local.get 3
i32.load offset=40
local.tee 6
i32.eqz
br_if 0
local.get 4
local.get 6
call_indirect (type 0)
end
local.get 4
local.get 3
i32.load offset=4
i32.add
local.set 4
local.get 2
i32.const -1
i32.add
local.tee 2
br_if 0
end
end
local.get 15
local.set 6
end
i32.const 0
local.set 4
local.get 14
i32.eqz
br_if 2
local.get 1
i32.load offset=68
i32.const 1
i32.store8 offset=8
br 2
end
i32.const 62
call 52
unreachable
end
i32.const 28
call 52
unreachable
end
local.get 13
local.set 14
end
local.get 0
local.get 6
i32.store offset=36
local.get 0
local.get 3
i32.store offset=32
local.get 0
local.get 7
i32.store offset=28
local.get 0
local.get 8
i32.store offset=24
local.get 0
local.get 9
i32.store offset=20
local.get 0
local.get 10
i32.store offset=16
local.get 0
local.get 11
i32.store offset=12
local.get 0
local.get 12
i32.store offset=8
local.get 0
local.get 14
i32.store offset=4
local.get 0
local.get 4
i32.store
end
local.get 5
i32.const 48
i32.add
global.set 0
)
(func (type 0) (param i32)
block ;; label = @1
local.get 0
i32.load
i32.const 1
i32.gt_u
br_if 0
local.get 0
i32.const 4
i32.add
call 64
end
)
(func (type 4) (param i32 i32)
local.get 0
local.get 1
i32.store offset=4
local.get 0
i32.const 1
i32.store
local.get 0
i32.load offset=8
local.set 1
local.get 0
i32.const 0
i32.store offset=8
block ;; label = @1
local.get 1
br_if 0
call 58
unreachable
end
local.get 0
i32.load offset=12
local.get 1
i32.load offset=4
call_indirect (type 0)
)
(func (type 4) (param i32 i32)
call 95
unreachable
)
(func (type 12) (param i32 i32 i32 i32 i32)
(local i32 i64 i64 i64 i32 i32 i32 i32 i32 i32)
global.get 0
i32.const 64
i32.sub
local.tee 5
global.set 0
block ;; label = @1
block ;; label = @2
block ;; label = @3
block ;; label = @4
block ;; label = @5
local.get 3
i32.const 1
i32.ne
br_if 0
local.get 1
i32.const 32
i32.add
local.set 3
block ;; label = @6
local.get 1
i32.load offset=16
i32.const 2
i32.eq
br_if 0
local.get 1
i32.const 0
i32.store offset=16
end
local.get 3
i64.load offset=8
local.set 6
local.get 3
i64.load offset=16
local.set 7
local.get 3
i64.load offset=24
local.set 8
local.get 1
i32.const 41
i32.store offset=40
local.get 5
local.get 8
i64.store offset=40
local.get 5
local.get 7
i64.store offset=32
local.get 5
local.get 6
i64.store offset=24
local.get 5
local.get 3
i64.load
i64.store offset=16
block ;; label = @6
local.get 6
i32.wrap_i64
i32.const 40
i32.ne
br_if 0
local.get 5
i32.load offset=32
local.set 9
local.get 5
i32.load offset=28
local.set 10
local.get 1
i32.load offset=60
local.tee 11
i32.const 0
local.get 1
i32.load offset=52
local.tee 12
select
local.set 13
local.get 1
i32.load offset=56
local.set 14
block ;; label = @7
block ;; label = @8
block ;; label = @9
block ;; label = @10
local.get 4
i32.const 1
i32.add
br_table 6 2 1 1 0
end
call 51
unreachable
end
local.get 5
i32.const 16
i32.add
local.get 13
local.get 10
i32.load offset=16
call_indirect (type 4)
local.get 5
local.get 5
i64.load offset=24
i64.store offset=48
local.get 5
local.get 5
i32.load offset=32
i32.store offset=56
i64.const 1
i64.const 2
local.get 4
i32.const 1
i32.eq
select
local.set 6
local.get 5
i32.load offset=36
local.set 1
local.get 5
i32.load offset=20
local.set 3
local.get 5
i32.load offset=16
local.set 2
br 1
end
local.get 13
local.get 10
i32.load offset=12
call_indirect (type 0)
i64.const 0
local.set 6
end
block ;; label = @7
local.get 12
i32.eqz
br_if 0
local.get 14
i32.eqz
br_if 0
local.get 14
i32.eqz
br_if 0
local.get 11
i32.const 255
local.get 14
memory.fill
end
local.get 0
local.get 5
i32.load offset=56
i32.store offset=24
local.get 0
local.get 5
i64.load offset=48
i64.store offset=16
local.get 0
local.get 9
i32.store offset=36
local.get 0
local.get 10
i32.store offset=32
local.get 0
local.get 1
i32.store offset=28
local.get 0
local.get 3
i32.store offset=12
local.get 0
local.get 2
i32.store offset=8
local.get 0
local.get 6
i64.store
br 5
end
local.get 5
i32.const 16
i32.add
call 87
i32.const 40
call 52
unreachable
end
local.get 1
i32.load offset=40
i32.const 40
i32.ne
br_if 1
br 2
end
local.get 5
local.get 1
i32.const 52
i32.add
local.tee 4
i32.load offset=8
i32.store offset=24
local.get 5
local.get 4
i64.load align=4
i64.store offset=16
local.get 3
call 87
local.get 1
local.get 9
i32.store offset=48
local.get 1
local.get 10
i32.store offset=44
local.get 1
i32.const 40
i32.store offset=40
local.get 4
local.get 5
i64.load offset=16
i64.store align=4
local.get 4
local.get 5
i32.load offset=24
i32.store offset=8
br 1
end
i32.const 40
call 52
unreachable
end
block ;; label = @2
local.get 2
i32.eqz
br_if 0
local.get 1
i32.load offset=48
local.set 4
local.get 5
i32.const 8
i32.add
local.get 2
i32.load
local.tee 3
i32.load offset=4
local.get 3
i32.load
i32.load
call_indirect (type 4)
local.get 5
i32.load offset=12
local.set 3
local.get 5
i32.load offset=8
local.set 2
block ;; label = @3
local.get 1
i32.load offset=8
local.tee 10
i32.eqz
br_if 0
local.get 1
i32.load offset=12
local.get 10
i32.load offset=12
call_indirect (type 0)
end
local.get 1
local.get 3
i32.store offset=12
local.get 1
local.get 2
i32.store offset=8
block ;; label = @3
block ;; label = @4
block ;; label = @5
block ;; label = @6
i32.const 0
call 167
local.tee 3
i32.eqz
br_if 0
local.get 3
i32.load
br_table 1 3 2
end
i32.const 33
call 52
unreachable
end
i32.const 57
call 52
unreachable
end
block ;; label = @4
block ;; label = @5
block ;; label = @6
local.get 1
i32.load offset=16
i32.const 2
i32.ne
br_if 0
local.get 3
i32.load offset=4
local.set 2
br 1
end
local.get 1
i32.load offset=28
local.get 3
i32.load offset=4
local.tee 2
i32.eq
br_if 1
end
local.get 2
local.get 3
i32.load offset=16
i32.load offset=8
call_indirect (type 3)
local.set 2
local.get 3
i32.load offset=16
local.set 10
block ;; label = @5
local.get 1
i32.load offset=16
local.tee 14
i32.const 2
i32.eq
br_if 0
block ;; label = @6
block ;; label = @7
local.get 14
i32.const 1
i32.and
br_if 0
local.get 1
i32.load offset=28
local.set 14
local.get 1
i32.load offset=24
local.set 9
br 1
end
local.get 1
i32.const 0
i32.store offset=16
local.get 1
i32.load offset=28
local.tee 14
local.get 1
i32.load offset=20
local.get 1
i32.load offset=24
local.tee 9
i32.load offset=4
call_indirect (type 1)
drop
end
local.get 14
local.get 9
i32.load offset=12
call_indirect (type 0)
end
local.get 1
local.get 2
i32.store offset=28
local.get 1
local.get 10
i32.store offset=24
end
local.get 1
local.get 4
i32.store offset=20
local.get 1
i32.const 1
i32.store offset=16
end
global.get 2
local.set 2
block ;; label = @3
local.get 3
i32.load offset=4
local.get 4
local.get 2
i32.const 3
i32.add
local.get 1
local.get 3
i32.load offset=8
call_indirect (type 6)
local.tee 2
i32.eqz
br_if 0
local.get 1
local.get 2
i32.eq
br_if 0
local.get 5
i32.const 48
i32.add
local.get 5
i32.const 16
i32.add
call 85
unreachable
end
local.get 3
call 167
drop
end
local.get 0
i64.const 3
i64.store
end
local.get 5
i32.const 64
i32.add
global.set 0
)
(func (type 0) (param i32)
(local i32 i32)
block ;; label = @1
block ;; label = @2
block ;; label = @3
i32.const 0
local.get 0
i32.load offset=8
local.tee 1
i32.const -39
i32.add
local.tee 2
local.get 2
local.get 1
i32.gt_u
select
br_table 0 1 2
end
local.get 0
i32.load offset=4
local.get 0
i32.load
i32.load offset=36
call_indirect (type 0)
local.get 0
i32.const 8
i32.add
call 88
br 1
end
local.get 0
i32.load offset=16
local.get 0
i32.load offset=12
i32.load offset=36
call_indirect (type 0)
local.get 0
i32.load offset=20
i32.eqz
br_if 0
local.get 0
i32.load offset=24
local.tee 1
i32.eqz
br_if 0
local.get 1
i32.eqz
br_if 0
local.get 0
i32.load offset=28
i32.const 255
local.get 1
memory.fill
return
end
)
(func (type 0) (param i32)
block ;; label = @1
block ;; label = @2
local.get 0
i32.load
i32.const 39
i32.ne
br_if 0
local.get 0
i32.load offset=4
i32.eqz
br_if 1
local.get 0
i32.load offset=8
local.tee 0
i32.const -1
i32.eq
br_if 1
local.get 0
call 19
return
end
local.get 0
call 80
end
)
(func (type 0) (param i32)
(local i32 i32 i64 i32 i32 i32)
global.get 0
i32.const 80
i32.sub
local.tee 1
global.set 0
block ;; label = @1
local.get 0
i32.load offset=48
local.tee 2
i32.const 41
i32.eq
br_if 0
block ;; label = @2
block ;; label = @3
local.get 2
i32.const 40
i32.ge_u
br_if 0
local.get 0
i64.load offset=48
local.set 3
local.get 0
i32.const 41
i32.store offset=48
local.get 1
local.get 0
i64.load offset=64
i64.store offset=64
local.get 1
local.get 0
i64.load offset=56
i64.store offset=56
local.get 1
local.get 3
i64.store offset=48
local.get 1
local.get 0
i64.load offset=40
i64.store offset=40
block ;; label = @4
local.get 3
i32.wrap_i64
i32.const 40
i32.ge_u
br_if 0
local.get 1
local.get 1
i32.const 48
i32.add
local.tee 2
i64.load
i64.store offset=8
local.get 1
local.get 2
i64.load offset=8
i64.store offset=16
local.get 1
local.get 2
i64.load offset=16
i64.store offset=24
local.get 1
local.get 1
i64.load offset=40
i64.store offset=32
br 2
end
local.get 1
i32.const 40
i32.add
call 87
i32.const 40
call 52
unreachable
end
local.get 0
i32.const 8
i32.add
local.set 2
local.get 0
i32.load offset=8
local.set 4
local.get 0
i32.const 0
i32.store offset=8
block ;; label = @3
block ;; label = @4
block ;; label = @5
block ;; label = @6
block ;; label = @7
local.get 4
br_if 0
local.get 0
i32.load offset=56
local.set 4
block ;; label = @8
block ;; label = @9
local.get 0
i32.load offset=24
i32.const 2
i32.eq
br_if 0
local.get 0
i32.const 0
i32.store offset=24
local.get 0
i32.load offset=36
local.get 4
local.get 0
i32.load offset=32
i32.load offset=4
call_indirect (type 1)
local.set 4
br 1
end
i32.const 0
call 167
local.tee 5
i32.eqz
br_if 2
local.get 5
i32.load
i32.eqz
br_if 3
local.get 5
i32.load offset=4
local.get 4
local.get 5
i32.load offset=12
call_indirect (type 1)
local.set 4
local.get 5
call 167
drop
end
local.get 4
i32.eqz
br_if 4
local.get 2
local.get 4
i32.ne
br_if 3
br 4
end
local.get 1
i32.const 40
i32.add
local.get 2
i32.const 0
i32.const 1
local.get 0
i32.load offset=12
call 86
local.get 1
i64.load offset=40
local.tee 3
i64.const 3
i64.eq
br_if 3
local.get 1
i32.const 48
i32.add
local.set 2
i32.const 40
local.set 4
local.get 1
i32.load offset=76
local.set 5
local.get 1
i32.load offset=72
local.set 6
block ;; label = @7
block ;; label = @8
block ;; label = @9
local.get 3
i32.wrap_i64
br_table 2 1 0 2
end
local.get 1
local.get 5
i32.store offset=36
local.get 1
local.get 6
i32.store offset=32
local.get 1
local.get 2
i64.load offset=16
i64.store offset=24
local.get 1
local.get 2
i64.load offset=8
i64.store offset=16
local.get 1
local.get 2
i64.load
i64.store offset=8
br 6
end
local.get 1
local.get 2
i64.load offset=16
i64.store offset=32
local.get 1
local.get 2
i64.load offset=8
i64.store offset=24
local.get 1
local.get 2
i64.load
i64.store offset=16
i32.const 41
local.set 4
end
local.get 1
local.get 4
i32.store offset=8
local.get 5
local.get 6
i32.load offset=36
call_indirect (type 0)
br 4
end
i32.const 33
call 52
unreachable
end
i32.const 57
call 52
unreachable
end
local.get 1
i32.const 8
i32.add
local.get 1
i32.const 40
i32.add
call 85
unreachable
end
block ;; label = @3
block ;; label = @4
local.get 0
i32.load offset=48
i32.const 40
i32.ne
br_if 0
local.get 1
i32.const 40
i32.add
local.get 2
i32.const 0
i32.const 1
local.get 0
i32.load offset=56
local.get 0
i32.load offset=52
i32.load offset=28
call_indirect (type 3)
call 86
local.get 1
i64.load offset=40
local.tee 3
i64.const 3
i64.ne
br_if 1
i32.const 40
call 52
unreachable
end
i32.const 40
call 52
unreachable
end
local.get 1
i32.const 48
i32.add
local.set 2
i32.const 40
local.set 4
local.get 1
i32.load offset=76
local.set 5
local.get 1
i32.load offset=72
local.set 6
block ;; label = @3
block ;; label = @4
block ;; label = @5
local.get 3
i32.wrap_i64
br_table 2 1 0 2
end
local.get 1
local.get 5
i32.store offset=36
local.get 1
local.get 6
i32.store offset=32
local.get 1
local.get 2
i64.load offset=16
i64.store offset=24
local.get 1
local.get 2
i64.load offset=8
i64.store offset=16
local.get 1
local.get 2
i64.load
i64.store offset=8
br 2
end
local.get 1
local.get 2
i64.load offset=16
i64.store offset=32
local.get 1
local.get 2
i64.load offset=8
i64.store offset=24
local.get 1
local.get 2
i64.load
i64.store offset=16
i32.const 41
local.set 4
end
local.get 1
local.get 4
i32.store offset=8
local.get 5
local.get 6
i32.load offset=36
call_indirect (type 0)
end
block ;; label = @2
block ;; label = @3
local.get 1
i32.load offset=8
local.tee 2
i32.const -40
i32.add
i32.const 2
local.get 2
i32.const 39
i32.gt_u
select
br_table 2 1 0
end
local.get 1
i32.const 8
i32.add
call 88
local.get 1
i32.load offset=36
local.get 1
i32.load offset=32
i32.load offset=36
call_indirect (type 0)
br 1
end
local.get 1
i32.const 16
i32.add
call 88
end
local.get 0
i32.const 40
i32.add
call 87
block ;; label = @1
local.get 0
i32.load offset=24
local.tee 2
i32.const 2
i32.eq
br_if 0
block ;; label = @2
block ;; label = @3
local.get 2
i32.const 1
i32.and
br_if 0
local.get 0
i32.load offset=36
local.set 2
local.get 0
i32.load offset=32
local.set 4
br 1
end
local.get 0
i32.const 0
i32.store offset=24
local.get 0
i32.load offset=36
local.tee 2
local.get 0
i32.load offset=28
local.get 0
i32.load offset=32
local.tee 4
i32.load offset=4
call_indirect (type 1)
drop
end
local.get 2
local.get 4
i32.load offset=12
call_indirect (type 0)
end
block ;; label = @1
local.get 0
i32.load offset=16
local.tee 2
i32.eqz
br_if 0
local.get 0
i32.load offset=20
local.get 2
i32.load offset=12
call_indirect (type 0)
end
block ;; label = @1
local.get 0
i32.const -1
i32.eq
br_if 0
local.get 0
local.get 0
i32.load offset=4
local.tee 2
i32.const -1
i32.add
i32.store offset=4
local.get 2
i32.const 1
i32.ne
drop
end
local.get 1
i32.const 80
i32.add
global.set 0
)
(func (type 4) (param i32 i32)
call 95
unreachable
)
(func (type 0) (param i32)
(local i32 i32)
global.get 0
i32.const 16
i32.sub
local.tee 1
global.set 0
block ;; label = @1
block ;; label = @2
block ;; label = @3
local.get 0
i32.load8_u offset=160
br_table 0 2 2 1 2
end
local.get 0
i32.load offset=16
local.get 0
i32.load offset=12
i32.load offset=24
call_indirect (type 0)
block ;; label = @3
block ;; label = @4
local.get 0
i32.load
local.tee 0
br_if 0
i32.const 0
local.set 0
local.get 1
i32.const 12
i32.add
local.set 2
br 1
end
local.get 1
i32.const 1
i32.store offset=12
local.get 1
i32.const 8
i32.add
local.set 2
end
local.get 2
local.get 0
i32.store
br 1
end
local.get 0
i32.const 24
i32.add
call 65
local.get 0
i32.load offset=16
local.get 0
i32.load offset=12
i32.load offset=24
call_indirect (type 0)
end
local.get 1
i32.const 16
i32.add
global.set 0
)
(func (type 0) (param i32)
(local i32)
block ;; label = @1
block ;; label = @2
block ;; label = @3
local.get 0
i32.load8_u offset=344
br_table 0 2 2 1 2
end
local.get 0
call 68
local.get 0
i32.const 8
i32.add
call 91
local.get 0
i32.load offset=4
local.tee 1
local.get 1
i32.load
local.tee 1
i32.const -1
i32.add
i32.store
local.get 1
i32.const 1
i32.ne
br_if 1
local.get 0
i32.load offset=4
call 77
return
end
local.get 0
i32.const 176
i32.add
call 67
local.get 0
i32.const 172
i32.add
call 68
end
)
(func (type 0) (param i32)
(local i32)
block ;; label = @1
local.get 0
i32.load
i32.eqz
br_if 0
local.get 0
i32.load offset=4
local.tee 1
i32.eqz
br_if 0
local.get 1
i32.eqz
br_if 0
local.get 0
i32.load offset=8
i32.const 255
local.get 1
memory.fill
end
block ;; label = @1
local.get 0
i32.load offset=20
local.tee 0
i32.eqz
br_if 0
local.get 0
call 25
end
)
(func (type 0) (param i32)
(local i32)
block ;; label = @1
block ;; label = @2
block ;; label = @3
local.get 0
i32.load8_u offset=288
br_table 0 2 2 1 2
end
block ;; label = @3
local.get 0
i32.load8_u offset=140
i32.const 3
i32.ne
br_if 0
local.get 0
i32.const 8
i32.add
call 79
call 26
end
local.get 0
i32.load
local.tee 1
local.get 1
i32.load
local.tee 1
i32.const -1
i32.add
i32.store
local.get 1
i32.const 1
i32.ne
br_if 1
local.get 0
i32.load
call 77
return
end
local.get 0
i32.const 144
i32.add
call 81
end
)
(func (type 14)
call 51
unreachable
)
(func (type 4) (param i32 i32)
(local i32 i32)
block ;; label = @1
block ;; label = @2
block ;; label = @3
local.get 1
i32.load
local.get 1
i32.load offset=8
local.tee 2
i32.gt_u
br_if 0
local.get 1
i32.load offset=4
local.set 1
br 1
end
block ;; label = @3
local.get 2
br_if 0
i32.const 1
local.set 1
br 1
end
local.get 1
i32.load offset=4
local.set 3
i32.const 1
local.get 2
call 46
local.tee 1
i32.eqz
br_if 1
local.get 2
i32.eqz
br_if 0
local.get 1
local.get 3
local.get 2
memory.copy
end
local.get 0
local.get 2
i32.store offset=4
local.get 0
local.get 1
i32.store
return
end
call 51
unreachable
)
(func (type 0) (param i32)
(local i32)
local.get 0
i32.const -8
i32.add
local.tee 0
local.get 0
i32.load
local.tee 1
i32.const -1
i32.add
i32.store
block ;; label = @1
local.get 1
i32.const 1
i32.ne
br_if 0
local.get 0
call 89
end
)
(func (type 0) (param i32)
(local i32)
local.get 0
i32.const -8
i32.add
local.tee 0
local.get 0
i32.load
local.tee 1
i32.const -1
i32.add
i32.store
block ;; label = @1
local.get 1
i32.const 1
i32.ne
br_if 0
local.get 0
call 99
end
)
(func (type 0) (param i32)
(local i32 i32 i32 i32 i32 i32)
i32.const 0
local.set 1
block ;; label = @1
block ;; label = @2
local.get 0
i32.load offset=8
local.tee 2
br_if 0
i32.const 0
local.set 3
i32.const 0
local.set 4
br 1
end
local.get 0
i32.load offset=12
local.set 5
local.get 0
i32.load offset=16
local.set 3
i32.const 1
local.set 4
end
loop ;; label = @1
block ;; label = @2
local.get 3
br_if 0
block ;; label = @3
local.get 4
i32.const 1
i32.and
i32.eqz
br_if 0
block ;; label = @4
local.get 1
br_if 0
block ;; label = @5
local.get 5
br_if 0
local.get 2
local.set 1
br 1
end
local.get 2
local.set 1
loop ;; label = @5
local.get 1
i32.load offset=140
local.set 1
local.get 5
i32.const -1
i32.add
local.tee 5
br_if 0
end
end
local.get 1
i32.load offset=88
local.tee 5
i32.eqz
br_if 0
loop ;; label = @4
local.get 5
i32.load offset=88
local.tee 5
br_if 0
end
end
block ;; label = @3
local.get 0
i32.load offset=24
local.tee 5
i32.eqz
br_if 0
local.get 5
call 41
end
block ;; label = @3
local.get 0
i32.const -1
i32.eq
br_if 0
local.get 0
local.get 0
i32.load offset=4
local.tee 5
i32.const -1
i32.add
i32.store offset=4
local.get 5
i32.const 1
i32.ne
drop
end
return
end
block ;; label = @2
block ;; label = @3
local.get 4
i32.const 1
i32.and
i32.eqz
br_if 0
block ;; label = @4
block ;; label = @5
local.get 1
i32.eqz
br_if 0
local.get 5
local.set 6
local.get 2
local.set 5
local.get 1
local.set 2
br 1
end
i32.const 0
local.set 6
block ;; label = @5
local.get 5
i32.eqz
br_if 0
loop ;; label = @6
local.get 2
i32.load offset=140
local.set 2
local.get 5
i32.const -1
i32.add
local.tee 5
br_if 0
end
end
i32.const 0
local.set 5
end
block ;; label = @4
local.get 6
local.get 2
i32.load16_u offset=138
i32.ge_u
br_if 0
local.get 2
local.set 1
br 2
end
loop ;; label = @4
local.get 2
i32.load offset=88
local.tee 1
i32.eqz
br_if 1
local.get 5
i32.const 1
i32.add
local.set 5
local.get 2
i32.load16_u offset=136
local.set 6
local.get 1
local.set 2
local.get 6
local.get 1
i32.load16_u offset=138
i32.lt_u
br_if 2
br 0
end
end
call 58
unreachable
end
local.get 3
i32.const -1
i32.add
local.set 3
block ;; label = @2
local.get 5
br_if 0
i32.const 1
local.set 4
local.get 6
i32.const 1
i32.add
local.set 5
i32.const 0
local.set 2
br 1
end
local.get 1
local.get 6
i32.const 2
i32.shl
i32.add
i32.const 144
i32.add
local.set 2
loop ;; label = @2
local.get 2
i32.load
local.tee 1
i32.const 140
i32.add
local.set 2
local.get 5
i32.const -1
i32.add
local.tee 5
br_if 0
end
i32.const 1
local.set 4
i32.const 0
local.set 5
i32.const 0
local.set 2
br 0
end
)
(func (type 4) (param i32 i32)
(local i32)
local.get 1
i32.const -8
i32.add
local.tee 2
local.get 2
i32.load
local.tee 2
i32.const 1
i32.add
i32.store
block ;; label = @1
local.get 2
i32.const -1
i32.gt_s
br_if 0
unreachable
end
local.get 0
local.get 1
i32.store offset=4
local.get 0
global.get 1
i32.const 1049000
i32.add
i32.store
)
(func (type 4) (param i32 i32)
(local i32)
local.get 1
i32.const -8
i32.add
local.tee 2
local.get 2
i32.load
local.tee 2
i32.const 1
i32.add
i32.store
block ;; label = @1
local.get 2
i32.const -1
i32.gt_s
br_if 0
unreachable
end
local.get 0
local.get 1
i32.store offset=4
local.get 0
global.get 1
i32.const 1048984
i32.add
i32.store
)
(func (type 0) (param i32)
(local i32)
local.get 0
i32.const -8
i32.add
local.tee 0
local.get 0
i32.load
local.tee 1
i32.const 1
i32.add
i32.store
block ;; label = @1
local.get 1
i32.const -1
i32.gt_s
br_if 0
unreachable
end
local.get 0
call 78
)
(func (type 0) (param i32)
local.get 0
i32.const -8
i32.add
call 104
)
(func (type 0) (param i32)
(local i32 i32)
global.get 0
i32.const 16
i32.sub
local.tee 1
global.set 0
local.get 0
i32.load offset=32
local.set 2
local.get 0
i32.const 1
i32.store offset=32
block ;; label = @1
block ;; label = @2
local.get 2
i32.const 2
i32.lt_u
br_if 0
local.get 2
i32.const 2
i32.eq
br_if 1
local.get 1
i32.const 12
i32.add
call 166
unreachable
end
local.get 1
i32.const 16
i32.add
global.set 0
return
end
call 51
unreachable
)
(func (type 0) (param i32)
(local i32)
local.get 0
i32.const -8
i32.add
local.tee 0
call 104
local.get 0
local.get 0
i32.load
local.tee 1
i32.const -1
i32.add
i32.store
block ;; label = @1
local.get 1
i32.const 1
i32.ne
br_if 0
local.get 0
call 99
end
)
(func (type 0) (param i32)
local.get 0
i32.const -8
i32.add
call 78
)
(func (type 1) (param i32 i32) (result i32)
local.get 0
local.get 1
call 28
)
(func (type 3) (param i32) (result i32)
local.get 0
call 29
)
(func (type 1) (param i32 i32) (result i32)
local.get 0
local.get 1
call 30
)
(func (type 3) (param i32) (result i32)
local.get 0
call 31
)
(func (type 0) (param i32))
(func (type 0) (param i32)
local.get 0
call 32
)
(func (type 0) (param i32)
local.get 0
call 33
)
(func (type 11) (result i64)
call 17
)
(func (type 4) (param i32 i32)
(local i32 i64 i32 i32 i32 i64)
local.get 1
i32.load8_u offset=8
local.set 2
block ;; label = @1
block ;; label = @2
block ;; label = @3
block ;; label = @4
block ;; label = @5
block ;; label = @6
block ;; label = @7
block ;; label = @8
block ;; label = @9
block ;; label = @10
block ;; label = @11
block ;; label = @12
block ;; label = @13
block ;; label = @14
block ;; label = @15
block ;; label = @16
block ;; label = @17
block ;; label = @18
block ;; label = @19
block ;; label = @20
block ;; label = @21
block ;; label = @22
block ;; label = @23
block ;; label = @24
block ;; label = @25
block ;; label = @26
block ;; label = @27
block ;; label = @28
block ;; label = @29
block ;; label = @30
block ;; label = @31
block ;; label = @32
block ;; label = @33
block ;; label = @34
block ;; label = @35
block ;; label = @36
block ;; label = @37
block ;; label = @38
block ;; label = @39
block ;; label = @40
block ;; label = @41
block ;; label = @42
block ;; label = @43
block ;; label = @44
block ;; label = @45
block ;; label = @46
block ;; label = @47
block ;; label = @48
block ;; label = @49
block ;; label = @50
block ;; label = @51
block ;; label = @52
block ;; label = @53
block ;; label = @54
block ;; label = @55
block ;; label = @56
block ;; label = @57
block ;; label = @58
block ;; label = @59
block ;; label = @60
block ;; label = @61
block ;; label = @62
block ;; label = @63
block ;; label = @64
block ;; label = @65
block ;; label = @66
block ;; label = @67
block ;; label = @68
local.get 1
i32.load8_u
br_if 0
local.get 2
br_if 1
i64.const 0
local.set 3
br 2
end
local.get 2
br_table 66 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 32 33 34 35 36 37 38 39 40 2
end
local.get 1
i64.load32_u offset=12
i64.const 32
i64.shl
i64.const 1
i64.or
local.set 3
end
local.get 0
i32.const 39
i32.store
local.get 0
local.get 3
i64.store offset=4 align=4
return
end
local.get 1
i32.load8_u offset=16
br_if 54
i32.const -2147483648
local.set 4
br 55
end
local.get 1
i32.load8_u offset=28
local.set 2
local.get 1
i32.load8_u offset=16
br_if 38
i32.const -2147483648
local.set 4
br 39
end
i32.const 2
local.set 2
br 36
end
i32.const 3
local.set 2
br 35
end
i32.const 4
local.set 2
br 34
end
i32.const 5
local.set 2
br 33
end
i32.const 6
local.set 2
br 32
end
i32.const 7
local.set 2
br 31
end
i32.const 8
local.set 2
br 30
end
i32.const 9
local.set 2
br 29
end
i32.const 10
local.set 2
br 28
end
i32.const 11
local.set 2
br 27
end
i32.const 12
local.set 2
br 26
end
i32.const 13
local.set 2
br 25
end
local.get 1
i32.load8_u offset=20
local.set 2
local.get 1
i32.load8_u offset=16
br_if 27
i64.const 0
local.set 3
br 28
end
i32.const 15
local.set 2
br 23
end
i32.const 16
local.set 2
br 22
end
i32.const 17
local.set 2
i32.const 0
local.set 5
local.get 1
i32.load8_u offset=16
br_if 11
br 43
end
i32.const 18
local.set 2
br 20
end
i32.const 19
local.set 2
br 19
end
i32.const 20
local.set 2
br 18
end
i32.const 21
local.set 2
local.get 1
i32.load8_u offset=16
br_if 37
br 38
end
i32.const 22
local.set 2
local.get 1
i32.load8_u offset=16
br_if 21
i32.const 2
local.set 4
i32.const 0
local.set 6
br 41
end
i32.const 23
local.set 2
local.get 1
i32.load8_u offset=16
i32.eqz
br_if 36
br 35
end
local.get 1
i32.load8_u offset=28
local.set 6
local.get 1
i32.load8_u offset=16
br_if 20
i32.const -2147483648
local.set 5
br 21
end
i32.const 25
local.set 2
br 13
end
i32.const 26
local.set 2
local.get 1
i32.load8_u offset=16
i32.eqz
br_if 33
br 32
end
local.get 1
i32.load8_u offset=28
local.set 6
local.get 1
i32.load8_u offset=16
br_if 19
i32.const -2147483648
local.set 5
br 20
end
i32.const 28
local.set 2
i32.const 0
local.set 5
local.get 1
i32.load8_u offset=16
i32.eqz
br_if 32
end
local.get 1
i64.load offset=24
local.set 3
i32.const 1
local.set 6
br 33
end
i32.const 29
local.set 2
local.get 1
i32.load8_u offset=16
i32.eqz
br_if 29
br 28
end
local.get 1
i32.load8_u offset=28
local.set 6
local.get 1
i32.load8_u offset=16
br_if 17
i32.const -2147483648
local.set 5
br 18
end
local.get 1
i32.load8_u offset=16
br_if 18
i32.const -2147483648
local.set 4
br 19
end
local.get 1
i32.load8_u offset=16
br_if 19
i32.const -2147483648
local.set 4
br 20
end
i32.const 33
local.set 2
br 4
end
i32.const 34
local.set 2
br 3
end
i32.const 35
local.set 2
br 2
end
i32.const 36
local.set 2
br 1
end
i32.const 37
local.set 2
end
br 22
end
local.get 1
i32.load offset=24
local.tee 4
i64.extend_i32_u
i64.const 32
i64.shl
local.get 1
i64.load32_u offset=20
i64.or
local.set 7
end
block ;; label = @24
block ;; label = @25
local.get 2
i32.const 255
i32.and
br_if 0
i64.const 0
local.set 3
br 1
end
local.get 1
i64.load16_u offset=30
i64.const 16
i64.shl
i64.const 1
i64.or
local.set 3
end
local.get 7
i64.const 32
i64.shr_u
i32.wrap_i64
local.set 5
local.get 7
i32.wrap_i64
local.set 6
i32.const 1
local.set 2
br 22
end
local.get 1
i64.load8_u offset=17
i64.const 8
i64.shl
i64.const 1
i64.or
local.set 3
end
block ;; label = @22
block ;; label = @23
local.get 2
i32.const 255
i32.and
br_if 0
i32.const -2147483648
local.set 4
br 1
end
local.get 1
i32.load offset=28
local.tee 4
i64.extend_i32_u
i64.const 32
i64.shl
local.get 1
i64.load32_u offset=24
i64.or
local.set 7
end
local.get 7
i64.const 32
i64.shr_u
i32.wrap_i64
local.set 5
local.get 7
i32.wrap_i64
local.set 6
i32.const 14
local.set 2
br 20
end
local.get 1
i32.load8_u offset=32
local.set 6
block ;; label = @21
block ;; label = @22
local.get 1
i32.load8_u offset=20
br_if 0
i32.const -2147483648
local.set 5
br 1
end
local.get 1
i32.load offset=28
local.tee 5
i64.extend_i32_u
i64.const 32
i64.shl
local.get 1
i64.load32_u offset=24
i64.or
local.set 3
end
local.get 6
i32.const 255
i32.and
i32.eqz
br_if 13
local.get 1
i32.load offset=36
local.set 6
i32.const 1
local.set 4
br 19
end
local.get 1
i32.load offset=24
local.tee 5
i64.extend_i32_u
i64.const 32
i64.shl
local.get 1
i64.load32_u offset=20
i64.or
local.set 3
end
i32.const 24
local.set 2
local.get 6
i32.const 255
i32.and
i32.eqz
br_if 11
br 10
end
local.get 1
i32.load offset=24
local.tee 5
i64.extend_i32_u
i64.const 32
i64.shl
local.get 1
i64.load32_u offset=20
i64.or
local.set 3
end
i32.const 27
local.set 2
local.get 6
i32.const 255
i32.and
i32.eqz
br_if 9
br 8
end
local.get 1
i32.load offset=24
local.tee 5
i64.extend_i32_u
i64.const 32
i64.shl
local.get 1
i64.load32_u offset=20
i64.or
local.set 3
end
i32.const 30
local.set 2
local.get 6
i32.const 255
i32.and
i32.eqz
br_if 7
br 6
end
local.get 1
i32.load offset=24
local.tee 4
i64.extend_i32_u
i64.const 32
i64.shl
local.get 1
i64.load32_u offset=20
i64.or
local.set 3
end
local.get 3
i64.const 32
i64.shr_u
i32.wrap_i64
local.set 5
local.get 3
i32.wrap_i64
local.set 6
i32.const 31
local.set 2
br 11
end
local.get 1
i32.load offset=24
local.tee 4
i64.extend_i32_u
i64.const 32
i64.shl
local.get 1
i64.load32_u offset=20
i64.or
local.set 3
end
local.get 3
i64.const 32
i64.shr_u
i32.wrap_i64
local.set 5
local.get 3
i32.wrap_i64
local.set 6
i32.const 32
local.set 2
br 9
end
local.get 1
i32.load offset=24
local.tee 4
i64.extend_i32_u
i64.const 32
i64.shl
local.get 1
i64.load32_u offset=20
i64.or
local.set 3
end
local.get 3
i64.const 32
i64.shr_u
i32.wrap_i64
local.set 5
local.get 3
i32.wrap_i64
local.set 6
i32.const 38
local.set 2
br 7
end
local.get 1
i32.load offset=32
local.set 6
i32.const 1
local.set 4
br 6
end
i32.const 0
local.set 6
i32.const 0
local.set 4
br 5
end
local.get 1
i32.load offset=20
local.set 6
i32.const 1
local.set 4
br 4
end
i32.const 0
local.set 4
br 3
end
i32.const 0
local.set 6
end
end
end
local.get 0
local.get 3
i64.store offset=16
local.get 0
local.get 4
i32.store offset=4
local.get 0
local.get 2
i32.store
local.get 0
local.get 5
i64.extend_i32_u
i64.const 32
i64.shl
local.get 6
i64.extend_i32_u
i64.or
i64.store offset=8
)
(func (type 4) (param i32 i32)
(local i32 i32 i32 i64 i64 i32 i64)
global.get 0
i32.const 96
i32.sub
local.tee 2
global.set 0
local.get 0
i32.load offset=4
local.set 3
block ;; label = @1
block ;; label = @2
block ;; label = @3
block ;; label = @4
block ;; label = @5
block ;; label = @6
block ;; label = @7
block ;; label = @8
block ;; label = @9
block ;; label = @10
block ;; label = @11
block ;; label = @12
block ;; label = @13
block ;; label = @14
block ;; label = @15
block ;; label = @16
block ;; label = @17
block ;; label = @18
block ;; label = @19
block ;; label = @20
block ;; label = @21
block ;; label = @22
block ;; label = @23
block ;; label = @24
block ;; label = @25
block ;; label = @26
block ;; label = @27
block ;; label = @28
block ;; label = @29
block ;; label = @30
block ;; label = @31
block ;; label = @32
block ;; label = @33
block ;; label = @34
block ;; label = @35
block ;; label = @36
block ;; label = @37
block ;; label = @38
block ;; label = @39
block ;; label = @40
block ;; label = @41
block ;; label = @42
block ;; label = @43
block ;; label = @44
block ;; label = @45
block ;; label = @46
block ;; label = @47
block ;; label = @48
local.get 0
i32.load
local.tee 4
i32.const 39
i32.eq
br_if 0
local.get 1
i32.const 1
i32.store8
local.get 0
i64.load offset=8
local.tee 5
i64.const 32
i64.shr_u
local.tee 6
i32.wrap_i64
local.set 7
local.get 0
i64.load offset=16
local.set 8
local.get 5
i32.wrap_i64
local.set 0
local.get 4
br_table 1 25 2 3 4 5 6 7 8 9 10 11 12 13 26 14 15 27 16 17 18 28 29 30 31 19 32 33 34 35 36 37 38 20 21 22 23 24 39 1
end
local.get 1
i32.const 0
i32.store8
block ;; label = @48
local.get 3
i32.const 1
i32.ne
br_if 0
local.get 0
i32.load offset=8
local.set 0
local.get 1
i32.const 1
i32.store8 offset=8
local.get 1
local.get 0
i32.store offset=12
local.get 2
i32.const -1
i32.store offset=84
i32.const 1
br_if 47
i32.const -1
call 19
br 47
end
local.get 1
i32.const 0
i32.store8 offset=8
br 46
end
local.get 1
i32.const 0
i32.store8 offset=8
br 45
end
local.get 1
i32.const 2
i32.store8 offset=8
br 44
end
local.get 1
i32.const 3
i32.store8 offset=8
br 43
end
local.get 1
i32.const 4
i32.store8 offset=8
br 42
end
local.get 1
i32.const 5
i32.store8 offset=8
br 41
end
local.get 1
i32.const 6
i32.store8 offset=8
br 40
end
local.get 1
i32.const 7
i32.store8 offset=8
br 39
end
local.get 1
i32.const 8
i32.store8 offset=8
br 38
end
local.get 1
i32.const 9
i32.store8 offset=8
br 37
end
local.get 1
i32.const 10
i32.store8 offset=8
br 36
end
local.get 1
i32.const 11
i32.store8 offset=8
br 35
end
local.get 1
i32.const 12
i32.store8 offset=8
br 34
end
local.get 1
i32.const 13
i32.store8 offset=8
br 33
end
local.get 1
i32.const 15
i32.store8 offset=8
br 32
end
local.get 1
i32.const 16
i32.store8 offset=8
br 31
end
local.get 1
i32.const 18
i32.store8 offset=8
br 30
end
local.get 1
i32.const 19
i32.store8 offset=8
br 29
end
local.get 1
i32.const 20
i32.store8 offset=8
br 28
end
local.get 1
i32.const 25
i32.store8 offset=8
br 27
end
local.get 1
i32.const 33
i32.store8 offset=8
br 26
end
local.get 1
i32.const 34
i32.store8 offset=8
br 25
end
local.get 1
i32.const 35
i32.store8 offset=8
br 24
end
local.get 1
i32.const 36
i32.store8 offset=8
br 23
end
local.get 1
i32.const 37
i32.store8 offset=8
br 22
end
local.get 1
i32.const 1
i32.store8 offset=8
block ;; label = @23
block ;; label = @24
local.get 3
i32.const -2147483648
i32.eq
br_if 0
local.get 1
i32.const 1
i32.store8 offset=16
local.get 2
local.get 5
i64.store offset=88 align=4
local.get 2
local.get 3
i32.store offset=84
local.get 2
i32.const 8
i32.add
local.get 2
i32.const 84
i32.add
call 96
local.get 1
local.get 2
i64.load offset=8
i64.store offset=20 align=4
br 1
end
local.get 1
i32.const 0
i32.store8 offset=16
end
block ;; label = @23
local.get 8
i32.wrap_i64
i32.const 1
i32.and
i32.eqz
br_if 0
local.get 1
local.get 8
i64.const 16
i64.shr_u
i32.wrap_i64
i32.store16 offset=30
local.get 1
i32.const 1
i32.store8 offset=28
br 22
end
local.get 1
i32.const 0
i32.store8 offset=28
br 21
end
local.get 1
i32.const 14
i32.store8 offset=8
i32.const 0
local.set 0
block ;; label = @22
local.get 8
i32.wrap_i64
i32.const 1
i32.and
i32.eqz
br_if 0
local.get 1
local.get 8
i64.const 8
i64.shr_u
i64.store8 offset=17
i32.const 1
local.set 0
end
local.get 1
local.get 0
i32.store8 offset=16
block ;; label = @22
local.get 3
i32.const -2147483648
i32.eq
br_if 0
local.get 1
i32.const 1
i32.store8 offset=20
local.get 2
local.get 5
i64.store offset=88 align=4
local.get 2
local.get 3
i32.store offset=84
local.get 2
i32.const 16
i32.add
local.get 2
i32.const 84
i32.add
call 96
local.get 1
local.get 2
i64.load offset=16
i64.store offset=24 align=4
br 21
end
local.get 1
i32.const 0
i32.store8 offset=20
br 20
end
local.get 1
i32.const 17
i32.store8 offset=8
local.get 0
i32.const 1
i32.and
br_if 18
local.get 1
i32.const 0
i32.store8 offset=16
br 19
end
local.get 1
i32.const 21
i32.store8 offset=8
local.get 3
i32.const 1
i32.and
br_if 16
local.get 1
i32.const 0
i32.store8 offset=16
br 18
end
local.get 1
i32.const 22
i32.store8 offset=8
local.get 3
i32.const 2
i32.eq
br_if 10
local.get 1
i32.const 1
i32.store8 offset=16
block ;; label = @19
block ;; label = @20
local.get 6
i64.const 2147483648
i64.eq
br_if 0
local.get 1
i32.const 1
i32.store8 offset=20
local.get 2
local.get 8
i64.store offset=88 align=4
local.get 2
local.get 7
i32.store offset=84
local.get 2
i32.const 24
i32.add
local.get 2
i32.const 84
i32.add
call 96
local.get 1
local.get 2
i64.load offset=24
i64.store offset=24 align=4
br 1
end
local.get 1
i32.const 0
i32.store8 offset=20
end
block ;; label = @19
local.get 3
i32.const 1
i32.ne
br_if 0
local.get 1
local.get 0
i32.store offset=36
local.get 1
i32.const 1
i32.store8 offset=32
br 18
end
local.get 1
i32.const 0
i32.store8 offset=32
br 17
end
local.get 1
i32.const 23
i32.store8 offset=8
local.get 3
i32.const 1
i32.and
br_if 13
local.get 1
i32.const 0
i32.store8 offset=16
br 16
end
local.get 1
i32.const 24
i32.store8 offset=8
block ;; label = @17
block ;; label = @18
local.get 6
i64.const 2147483648
i64.eq
br_if 0
local.get 1
i32.const 1
i32.store8 offset=16
local.get 2
local.get 8
i64.store offset=88 align=4
local.get 2
local.get 7
i32.store offset=84
local.get 2
i32.const 32
i32.add
local.get 2
i32.const 84
i32.add
call 96
local.get 1
local.get 2
i64.load offset=32
i64.store offset=20 align=4
br 1
end
local.get 1
i32.const 0
i32.store8 offset=16
end
block ;; label = @17
local.get 3
i32.const 1
i32.ne
br_if 0
local.get 1
local.get 0
i32.store offset=32
local.get 1
i32.const 1
i32.store8 offset=28
br 16
end
local.get 1
i32.const 0
i32.store8 offset=28
br 15
end
local.get 1
i32.const 26
i32.store8 offset=8
local.get 3
i32.const 1
i32.and
br_if 10
local.get 1
i32.const 0
i32.store8 offset=16
br 14
end
local.get 1
i32.const 27
i32.store8 offset=8
block ;; label = @15
block ;; label = @16
local.get 6
i64.const 2147483648
i64.eq
br_if 0
local.get 1
i32.const 1
i32.store8 offset=16
local.get 2
local.get 8
i64.store offset=88 align=4
local.get 2
local.get 7
i32.store offset=84
local.get 2
i32.const 40
i32.add
local.get 2
i32.const 84
i32.add
call 96
local.get 1
local.get 2
i64.load offset=40
i64.store offset=20 align=4
br 1
end
local.get 1
i32.const 0
i32.store8 offset=16
end
block ;; label = @15
local.get 3
i32.const 1
i32.ne
br_if 0
local.get 1
local.get 0
i32.store offset=32
local.get 1
i32.const 1
i32.store8 offset=28
br 14
end
local.get 1
i32.const 0
i32.store8 offset=28
br 13
end
local.get 1
i32.const 28
i32.store8 offset=8
local.get 0
i32.const 1
i32.and
br_if 7
local.get 1
i32.const 0
i32.store8 offset=16
br 12
end
local.get 1
i32.const 29
i32.store8 offset=8
local.get 3
i32.const 1
i32.and
br_if 5
local.get 1
i32.const 0
i32.store8 offset=16
br 11
end
local.get 1
i32.const 30
i32.store8 offset=8
block ;; label = @12
block ;; label = @13
local.get 6
i64.const 2147483648
i64.eq
br_if 0
local.get 1
i32.const 1
i32.store8 offset=16
local.get 2
local.get 8
i64.store offset=88 align=4
local.get 2
local.get 7
i32.store offset=84
local.get 2
i32.const 48
i32.add
local.get 2
i32.const 84
i32.add
call 96
local.get 1
local.get 2
i64.load offset=48
i64.store offset=20 align=4
br 1
end
local.get 1
i32.const 0
i32.store8 offset=16
end
block ;; label = @12
local.get 3
i32.const 1
i32.ne
br_if 0
local.get 1
local.get 0
i32.store offset=32
local.get 1
i32.const 1
i32.store8 offset=28
br 11
end
local.get 1
i32.const 0
i32.store8 offset=28
br 10
end
local.get 1
i32.const 31
i32.store8 offset=8
block ;; label = @11
local.get 3
i32.const -2147483648
i32.eq
br_if 0
local.get 1
i32.const 1
i32.store8 offset=16
local.get 2
local.get 5
i64.store offset=88 align=4
local.get 2
local.get 3
i32.store offset=84
local.get 2
i32.const 56
i32.add
local.get 2
i32.const 84
i32.add
call 96
local.get 1
local.get 2
i64.load offset=56
i64.store offset=20 align=4
br 10
end
local.get 1
i32.const 0
i32.store8 offset=16
br 9
end
local.get 1
i32.const 32
i32.store8 offset=8
block ;; label = @10
local.get 3
i32.const -2147483648
i32.eq
br_if 0
local.get 1
i32.const 1
i32.store8 offset=16
local.get 2
local.get 5
i64.store offset=88 align=4
local.get 2
local.get 3
i32.store offset=84
local.get 2
i32.const 64
i32.add
local.get 2
i32.const 84
i32.add
call 96
local.get 1
local.get 2
i64.load offset=64
i64.store offset=20 align=4
br 9
end
local.get 1
i32.const 0
i32.store8 offset=16
br 8
end
local.get 1
i32.const 38
i32.store8 offset=8
block ;; label = @9
local.get 3
i32.const -2147483648
i32.eq
br_if 0
local.get 1
i32.const 1
i32.store8 offset=16
local.get 2
local.get 5
i64.store offset=88 align=4
local.get 2
local.get 3
i32.store offset=84
local.get 2
i32.const 72
i32.add
local.get 2
i32.const 84
i32.add
call 96
local.get 1
local.get 2
i64.load offset=72
i64.store offset=20 align=4
br 8
end
local.get 1
i32.const 0
i32.store8 offset=16
br 7
end
local.get 1
i32.const 0
i32.store8 offset=16
br 6
end
local.get 1
local.get 0
i32.store offset=20
local.get 1
i32.const 1
i32.store8 offset=16
br 5
end
local.get 1
local.get 8
i64.store offset=24
local.get 1
i32.const 1
i32.store8 offset=16
br 4
end
local.get 1
local.get 0
i32.store offset=20
local.get 1
i32.const 1
i32.store8 offset=16
br 3
end
local.get 1
local.get 0
i32.store offset=20
local.get 1
i32.const 1
i32.store8 offset=16
br 2
end
local.get 1
local.get 0
i32.store offset=20
local.get 1
i32.const 1
i32.store8 offset=16
br 1
end
local.get 1
local.get 8
i64.store offset=24
local.get 1
i32.const 1
i32.store8 offset=16
end
local.get 2
i32.const 96
i32.add
global.set 0
)
(func (type 2) (param i32 i32 i32) (result i32)
local.get 0
local.get 1
local.get 2
call 34
)
(func (type 3) (param i32) (result i32)
local.get 0
call 35
)
(func (type 2) (param i32 i32 i32) (result i32)
local.get 0
local.get 1
local.get 2
call 36
)
(func (type 3) (param i32) (result i32)
local.get 0
call 37
)
(func (type 0) (param i32)
local.get 0
call 38
)
(func (type 0) (param i32)
local.get 0
call 39
)
(func (type 11) (result i64)
call 16
)
(func (type 14))
(func (type 6) (param i32 i32 i32 i32) (result i32)
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
call 46
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
(func (type 4) (param i32 i32)
block ;; label = @1
local.get 0
i32.eqz
br_if 0
call 51
unreachable
end
call 63
unreachable
)
(func (type 5) (param i32 i32 i32)
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
call 126
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
call 128
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
call 126
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
(func (type 15) (param i32 i32 i32 i32)
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
call 46
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
call 46
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
(func (type 0) (param i32))
(func (type 2) (param i32 i32 i32) (result i32)
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
call 127
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
(func (type 1) (param i32 i32) (result i32)
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
call 127
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
(func (type 2) (param i32 i32 i32) (result i32)
local.get 0
global.get 1
i32.const 1049112
i32.add
local.get 1
local.get 2
call 75
)
(func (type 4) (param i32 i32)
call 51
unreachable
)
(func (type 1) (param i32 i32) (result i32)
(local i32 i32 i32 i32 i32)
local.get 1
i32.load offset=16
local.set 2
local.get 0
i32.load offset=4
local.tee 3
i32.load offset=20
local.set 4
local.get 0
i32.load
i32.load offset=8
local.set 5
local.get 1
i32.const 0
i32.store offset=16
local.get 1
i32.load offset=12
local.set 6
local.get 1
local.get 5
i32.const 8
i32.add
i32.store offset=12
block ;; label = @1
block ;; label = @2
block ;; label = @3
block ;; label = @4
block ;; label = @5
local.get 6
i32.eqz
br_if 0
local.get 6
local.get 2
i32.store offset=16
local.get 2
i32.eqz
br_if 1
br 2
end
local.get 2
br_if 1
local.get 0
i32.const 0
i32.store offset=4
br 3
end
local.get 0
local.get 6
i32.store offset=4
local.get 6
local.set 3
br 1
end
local.get 2
local.get 6
i32.store offset=12
end
local.get 3
local.get 4
i32.const -1
i32.add
i32.store offset=20
end
local.get 1
i32.const -8
i32.add
)
(func (type 0) (param i32)
(local i32 i32)
local.get 0
i32.load8_u offset=36
local.set 1
local.get 0
i32.const 1
i32.store8 offset=36
local.get 0
i32.load offset=12
local.set 2
block ;; label = @1
local.get 1
i32.eqz
br_if 0
block ;; label = @2
local.get 2
i32.eqz
br_if 0
local.get 0
i32.const 16
i32.add
i32.load
i32.load
local.tee 1
i32.eqz
br_if 0
local.get 2
local.get 1
call_indirect (type 0)
end
local.get 0
i32.const 0
i32.store offset=12
return
end
block ;; label = @1
local.get 2
i32.eqz
br_if 0
local.get 0
i32.const 16
i32.add
i32.load
i32.load
local.tee 1
i32.eqz
br_if 0
local.get 2
local.get 1
call_indirect (type 0)
end
local.get 0
i32.const 0
i32.store offset=12
local.get 0
local.get 0
i32.load
local.tee 2
i32.const -1
i32.add
i32.store
block ;; label = @1
local.get 2
i32.const 1
i32.ne
br_if 0
local.get 0
call 136
end
)
(func (type 0) (param i32)
(local i32 i32)
block ;; label = @1
local.get 0
i32.load offset=12
br_if 0
block ;; label = @2
local.get 0
i32.load offset=8
local.tee 1
i32.const -1
i32.eq
br_if 0
local.get 1
local.get 1
i32.load offset=4
local.tee 2
i32.const -1
i32.add
i32.store offset=4
local.get 2
i32.const 1
i32.ne
drop
end
block ;; label = @2
local.get 0
i32.const -1
i32.eq
br_if 0
local.get 0
local.get 0
i32.load offset=4
local.tee 1
i32.const -1
i32.add
i32.store offset=4
local.get 1
i32.const 1
i32.ne
drop
end
return
end
global.get 1
i32.const 1048829
i32.add
i32.const 31
call 133
unreachable
)
(func (type 4) (param i32 i32)
(local i32 i32 i32 i32)
local.get 1
i32.load offset=20
local.tee 2
i32.load offset=24
local.set 3
block ;; label = @1
block ;; label = @2
block ;; label = @3
local.get 2
local.get 1
i32.load
i32.const 8
i32.add
i32.eq
br_if 0
local.get 3
local.set 4
local.get 2
local.set 3
br 1
end
block ;; label = @3
local.get 3
br_if 0
i32.const 1
local.set 2
br 2
end
local.get 1
local.get 3
i32.store offset=20
local.get 3
i32.load offset=24
local.set 4
end
block ;; label = @2
local.get 4
br_if 0
i32.const 2
local.set 2
block ;; label = @3
local.get 1
i32.load offset=16
local.get 3
i32.ne
br_if 0
local.get 1
i32.load
local.tee 4
i32.const 0
i32.store offset=32
local.get 1
i32.load offset=16
local.set 5
local.get 1
local.get 4
i32.const 8
i32.add
local.tee 4
i32.store offset=16
local.get 5
local.get 4
i32.store offset=24
local.get 3
i32.load offset=24
local.tee 4
br_if 1
end
br 1
end
local.get 1
local.get 4
i32.store offset=20
i32.const 0
local.set 2
end
local.get 0
local.get 3
i32.store offset=4
local.get 0
local.get 2
i32.store
)
(func (type 4) (param i32 i32)
(local i32)
local.get 1
i32.const -8
i32.add
local.tee 2
local.get 2
i32.load
local.tee 2
i32.const 1
i32.add
i32.store
block ;; label = @1
local.get 2
i32.const -1
i32.gt_s
br_if 0
unreachable
end
local.get 0
local.get 1
i32.store offset=4
local.get 0
global.get 1
i32.const 1049168
i32.add
i32.store
)
(func (type 0) (param i32)
(local i32)
local.get 0
i32.const -8
i32.add
local.tee 0
call 140
local.get 0
local.get 0
i32.load
local.tee 1
i32.const -1
i32.add
i32.store
block ;; label = @1
local.get 1
i32.const 1
i32.ne
br_if 0
local.get 0
call 136
end
)
(func (type 0) (param i32)
(local i32 i32 i32 i32 i32)
block ;; label = @1
block ;; label = @2
local.get 0
i32.load offset=8
local.tee 1
i32.const -1
i32.eq
br_if 0
local.get 0
i32.const 8
i32.add
local.set 2
local.get 1
i32.load
local.set 3
loop ;; label = @3
local.get 3
i32.eqz
br_if 1
local.get 3
i32.const -1
i32.le_s
br_if 2
local.get 1
local.get 3
i32.const 1
i32.add
local.get 1
i32.load
local.tee 4
local.get 4
local.get 3
i32.eq
select
i32.store
local.get 4
local.get 3
i32.ne
local.set 5
local.get 4
local.set 3
local.get 5
br_if 0
end
local.get 0
i32.load8_u offset=36
local.set 3
local.get 0
i32.const 257
i32.store16 offset=36 align=1
block ;; label = @3
local.get 3
br_if 0
local.get 0
i32.const 0
i32.store offset=32
local.get 1
i32.load offset=24
local.set 3
local.get 1
local.get 2
i32.store offset=24
local.get 3
local.get 2
i32.store offset=24
local.get 1
local.get 1
i32.load offset=20
local.tee 3
i32.const 2
i32.or
i32.store offset=20
local.get 3
br_if 0
local.get 1
i32.const 0
i32.store offset=20
local.get 1
i32.load offset=12
local.set 3
local.get 1
i32.const 0
i32.store offset=12
local.get 3
i32.eqz
br_if 0
local.get 1
i32.load offset=16
local.get 3
i32.load offset=4
call_indirect (type 0)
end
local.get 1
local.get 1
i32.load
local.tee 3
i32.const -1
i32.add
i32.store
local.get 3
i32.const 1
i32.ne
br_if 0
local.get 1
call 143
end
return
end
call 51
unreachable
)
(func (type 0) (param i32)
local.get 0
i32.const -8
i32.add
call 140
)
(func (type 0) (param i32)
(local i32)
local.get 0
i32.const -8
i32.add
local.tee 0
local.get 0
i32.load
local.tee 1
i32.const -1
i32.add
i32.store
block ;; label = @1
local.get 1
i32.const 1
i32.ne
br_if 0
local.get 0
call 136
end
)
(func (type 0) (param i32)
(local i32 i32 i32 i32)
global.get 0
i32.const 16
i32.sub
local.tee 1
global.set 0
local.get 0
i32.const 8
i32.add
local.set 2
block ;; label = @1
block ;; label = @2
loop ;; label = @3
local.get 1
i32.const 8
i32.add
local.get 2
call 137
block ;; label = @4
local.get 1
i32.load offset=8
local.tee 3
i32.eqz
br_if 0
local.get 3
i32.const -1
i32.add
br_table 3 2 3
end
local.get 1
i32.load offset=12
i32.const -8
i32.add
local.tee 3
local.get 3
i32.load
local.tee 4
i32.const -1
i32.add
i32.store
local.get 4
i32.const 1
i32.ne
br_if 0
local.get 3
call 136
br 0
end
end
global.get 1
i32.const 1048860
i32.add
i32.const 20
call 133
unreachable
end
block ;; label = @1
local.get 0
i32.load offset=12
local.tee 3
i32.eqz
br_if 0
local.get 0
i32.load offset=16
local.get 3
i32.load offset=12
call_indirect (type 0)
end
local.get 2
i32.load
local.tee 3
local.get 3
i32.load
local.tee 3
i32.const -1
i32.add
i32.store
block ;; label = @1
local.get 3
i32.const 1
i32.ne
br_if 0
local.get 2
i32.load
call 136
end
block ;; label = @1
local.get 0
i32.const -1
i32.eq
br_if 0
local.get 0
local.get 0
i32.load offset=4
local.tee 3
i32.const -1
i32.add
i32.store offset=4
local.get 3
i32.const 1
i32.ne
drop
end
local.get 1
i32.const 16
i32.add
global.set 0
)
(func (type 1) (param i32 i32) (result i32)
(local i32 i32)
global.get 0
i32.const 16
i32.sub
local.tee 2
global.set 0
local.get 1
i32.const 0
call 43
local.get 0
i32.load8_u offset=12
local.set 3
local.get 0
i32.const 1
i32.store8 offset=12
block ;; label = @1
local.get 3
i32.eqz
br_if 0
call 58
unreachable
end
local.get 2
i32.const 4
i32.add
local.get 0
local.get 1
call 153
local.get 2
i32.load offset=12
local.set 1
local.get 2
i32.load offset=8
local.set 3
local.get 0
i32.const 0
i32.store8 offset=12
local.get 2
i32.const 16
i32.add
global.set 0
local.get 1
i32.const 0
local.get 3
select
)
(func (type 6) (param i32 i32 i32 i32) (result i32)
(local i32 i32 i32 i32 i32 i32 i32 i32 i32)
global.get 0
i32.const 48
i32.sub
local.tee 4
global.set 0
local.get 0
i32.load8_u offset=20
local.set 5
local.get 0
i32.const 1
i32.store8 offset=20
block ;; label = @1
block ;; label = @2
local.get 5
br_if 0
block ;; label = @3
local.get 0
i32.load offset=16
local.tee 5
br_if 0
call 42
local.tee 5
i32.eqz
br_if 1
local.get 0
local.get 5
i32.store offset=16
end
local.get 1
local.get 5
call 43
local.get 0
i32.const 0
i32.store8 offset=20
local.get 0
i32.load8_u offset=12
local.set 5
local.get 0
i32.const 1
i32.store8 offset=12
local.get 5
br_if 0
block ;; label = @3
block ;; label = @4
block ;; label = @5
block ;; label = @6
block ;; label = @7
block ;; label = @8
local.get 0
i32.load
local.tee 6
i32.eqz
br_if 0
local.get 0
i32.load offset=4
local.set 7
block ;; label = @9
loop ;; label = @10
local.get 6
i32.const 92
i32.add
local.set 8
local.get 6
i32.load16_u offset=138
local.tee 9
i32.const 2
i32.shl
local.set 5
i32.const -1
local.set 10
block ;; label = @11
block ;; label = @12
loop ;; label = @13
block ;; label = @14
local.get 5
br_if 0
local.get 9
local.set 10
br 2
end
local.get 8
i32.load
local.set 11
local.get 5
i32.const -4
i32.add
local.set 5
local.get 10
i32.const 1
i32.add
local.set 10
local.get 8
i32.const 4
i32.add
local.set 8
local.get 1
local.get 11
i32.gt_u
local.get 1
local.get 11
i32.lt_u
i32.sub
i32.const 255
i32.and
local.tee 11
i32.const 1
i32.eq
br_if 0
end
local.get 11
i32.eqz
br_if 1
end
local.get 7
i32.eqz
br_if 2
local.get 7
i32.const -1
i32.add
local.set 7
local.get 6
local.get 10
i32.const 2
i32.shl
i32.add
i32.load offset=140
local.set 6
br 1
end
end
local.get 6
local.get 10
i32.const 3
i32.shl
i32.add
local.tee 8
local.get 2
i32.store
local.get 8
i32.load offset=4
local.set 5
local.get 8
local.get 3
i32.store offset=4
br 6
end
block ;; label = @9
block ;; label = @10
block ;; label = @11
block ;; label = @12
block ;; label = @13
local.get 6
i32.load16_u offset=138
local.tee 5
i32.const 11
i32.lt_u
br_if 0
i32.const 5
local.set 8
i32.const 4
local.set 5
local.get 10
i32.const 5
i32.lt_u
br_if 1
local.get 10
local.set 5
i32.const 0
local.set 11
local.get 10
i32.const -5
i32.add
br_table 1 3 2
end
local.get 6
i32.const 92
i32.add
local.tee 7
local.get 10
i32.const 2
i32.shl
i32.add
local.set 8
block ;; label = @13
block ;; label = @14
local.get 10
i32.const 1
i32.add
local.tee 11
local.get 5
i32.le_u
br_if 0
local.get 8
local.get 1
i32.store
br 1
end
block ;; label = @14
local.get 5
local.get 10
i32.sub
local.tee 9
i32.const 2
i32.shl
local.tee 12
i32.eqz
br_if 0
local.get 7
local.get 11
i32.const 2
i32.shl
i32.add
local.get 8
local.get 12
memory.copy
end
local.get 8
local.get 1
i32.store
local.get 9
i32.const 3
i32.shl
local.tee 8
i32.eqz
br_if 0
local.get 6
local.get 11
i32.const 3
i32.shl
i32.add
local.get 6
local.get 10
i32.const 3
i32.shl
i32.add
local.get 8
memory.copy
end
local.get 6
local.get 10
i32.const 3
i32.shl
i32.add
local.tee 8
local.get 2
i32.store
local.get 8
local.get 3
i32.store offset=4
local.get 6
local.get 5
i32.const 1
i32.add
i32.store16 offset=138
br 8
end
local.get 4
local.get 5
i32.store offset=16
local.get 4
i32.const 0
i32.store offset=12
local.get 4
local.get 6
i32.store offset=8
local.get 4
i32.const 20
i32.add
local.get 4
i32.const 8
i32.add
call 148
local.get 4
i32.load offset=20
local.set 5
br 2
end
local.get 10
i32.const -7
i32.add
local.set 11
i32.const 6
local.set 8
end
local.get 4
local.get 8
i32.store offset=16
local.get 4
i32.const 0
i32.store offset=12
local.get 4
local.get 6
i32.store offset=8
local.get 4
i32.const 20
i32.add
local.get 4
i32.const 8
i32.add
call 148
local.get 4
i32.load offset=28
local.set 5
local.get 11
local.set 10
end
local.get 5
i32.const 92
i32.add
local.tee 6
local.get 10
i32.const 2
i32.shl
i32.add
local.set 11
block ;; label = @9
block ;; label = @10
local.get 5
i32.load16_u offset=138
local.tee 8
local.get 10
i32.gt_u
br_if 0
local.get 11
local.get 1
i32.store
br 1
end
local.get 10
i32.const 1
i32.add
local.set 7
block ;; label = @10
local.get 8
local.get 10
i32.sub
local.tee 9
i32.const 2
i32.shl
local.tee 12
i32.eqz
br_if 0
local.get 6
local.get 7
i32.const 2
i32.shl
i32.add
local.get 11
local.get 12
memory.copy
end
local.get 11
local.get 1
i32.store
local.get 9
i32.const 3
i32.shl
local.tee 11
i32.eqz
br_if 0
local.get 5
local.get 7
i32.const 3
i32.shl
i32.add
local.get 5
local.get 10
i32.const 3
i32.shl
i32.add
local.get 11
memory.copy
end
local.get 5
local.get 10
i32.const 3
i32.shl
i32.add
local.tee 11
local.get 2
i32.store
local.get 11
local.get 3
i32.store offset=4
local.get 5
local.get 8
i32.const 1
i32.add
i32.store16 offset=138
local.get 4
i32.load offset=20
local.tee 8
i32.eqz
br_if 4
local.get 4
i32.load offset=28
local.set 3
local.get 4
i32.load offset=32
local.set 5
local.get 4
i32.load offset=36
local.set 6
local.get 4
i32.load offset=40
local.set 7
local.get 4
i32.load offset=44
local.set 9
block ;; label = @9
local.get 8
i32.load offset=88
local.tee 11
br_if 0
local.get 3
local.set 1
br 4
end
local.get 4
i32.load offset=24
local.set 10
loop ;; label = @9
local.get 5
local.get 10
i32.ne
br_if 2
local.get 8
i32.load16_u offset=136
local.set 5
local.get 11
i32.load16_u offset=138
i32.const 11
i32.lt_u
br_if 3
local.get 10
i32.const 1
i32.add
local.set 10
i32.const 4
local.set 8
block ;; label = @10
block ;; label = @11
block ;; label = @12
block ;; label = @13
local.get 5
i32.const 5
i32.lt_u
br_if 0
i32.const 0
local.set 2
i32.const 5
local.set 1
local.get 5
local.set 8
local.get 5
i32.const -5
i32.add
br_table 0 2 1
end
local.get 4
local.get 8
i32.store offset=16
local.get 4
local.get 10
i32.store offset=12
local.get 4
local.get 11
i32.store offset=8
local.get 4
i32.const 20
i32.add
local.get 4
i32.const 8
i32.add
call 149
local.get 4
i32.load offset=28
local.set 1
local.get 4
i32.load offset=20
local.tee 8
local.set 11
br 2
end
local.get 5
i32.const -7
i32.add
local.set 2
i32.const 6
local.set 1
end
local.get 4
local.get 1
i32.store offset=16
local.get 4
local.get 10
i32.store offset=12
local.get 4
local.get 11
i32.store offset=8
local.get 4
i32.const 20
i32.add
local.get 4
i32.const 8
i32.add
call 149
local.get 4
i32.load offset=20
local.set 8
local.get 4
i32.load offset=28
local.tee 1
local.set 11
local.get 2
local.set 5
end
local.get 11
local.get 5
local.get 6
local.get 7
local.get 9
local.get 3
call 150
local.get 8
i32.eqz
br_if 5
local.get 4
i32.load offset=44
local.set 9
local.get 4
i32.load offset=40
local.set 7
local.get 4
i32.load offset=36
local.set 6
local.get 4
i32.load offset=32
local.set 5
local.get 4
i32.load offset=24
local.set 10
local.get 1
local.set 3
local.get 8
i32.load offset=88
local.tee 11
i32.eqz
br_if 4
br 0
end
end
call 151
local.set 5
local.get 0
i32.const 0
i32.store offset=4
local.get 0
local.get 5
i32.store
local.get 5
i32.const 0
i32.store offset=88
local.get 5
i32.const 1
i32.store16 offset=138
local.get 5
local.get 1
i32.store offset=92
local.get 5
local.get 3
i32.store offset=4
local.get 5
local.get 2
i32.store
br 3
end
i32.const 53
call 52
unreachable
end
local.get 11
local.get 5
local.get 6
local.get 7
local.get 9
local.get 3
call 150
br 1
end
local.get 0
i32.load
local.tee 11
i32.eqz
br_if 2
local.get 0
i32.load offset=4
local.set 10
call 152
local.tee 8
local.get 11
i32.store offset=140
local.get 8
i32.const 0
i32.store16 offset=138
local.get 8
i32.const 0
i32.store offset=88
local.get 10
i32.const 1
i32.add
local.tee 3
i32.eqz
br_if 2
local.get 11
i32.const 0
i32.store16 offset=136
local.get 11
local.get 8
i32.store offset=88
local.get 0
local.get 3
i32.store offset=4
local.get 0
local.get 8
i32.store
local.get 5
local.get 10
i32.ne
br_if 3
local.get 8
local.get 6
i32.store offset=92
local.get 8
i32.const 1
i32.store16 offset=138
local.get 8
local.get 1
i32.store offset=144
local.get 8
local.get 9
i32.store offset=4
local.get 8
local.get 7
i32.store
local.get 1
i32.const 1
i32.store16 offset=136
local.get 1
local.get 8
i32.store offset=88
end
local.get 0
local.get 0
i32.load offset=8
i32.const 1
i32.add
i32.store offset=8
i32.const 0
local.set 5
end
local.get 0
i32.const 0
i32.store8 offset=12
local.get 4
i32.const 48
i32.add
global.set 0
local.get 5
return
end
call 58
unreachable
end
i32.const 48
call 52
unreachable
)
(func (type 5) (param i32 i32 i32)
(local i32 i32)
global.get 0
i32.const 16
i32.sub
local.tee 3
global.set 0
local.get 1
i32.const 0
call 43
local.get 0
i32.load8_u offset=20
local.set 4
local.get 0
i32.const 1
i32.store8 offset=20
block ;; label = @1
local.get 4
br_if 0
local.get 3
i32.const 4
i32.add
local.get 0
i32.const 8
i32.add
local.get 1
call 153
local.get 3
i32.load offset=8
local.tee 1
i32.eqz
br_if 0
local.get 3
i32.load offset=12
local.set 4
local.get 0
i32.const 0
i32.store8 offset=20
local.get 4
local.get 2
local.get 1
call_indirect (type 4)
local.get 3
i32.const 16
i32.add
global.set 0
return
end
call 58
unreachable
)
(func (type 0) (param i32)
(local i32 i32)
block ;; label = @1
loop ;; label = @2
local.get 0
i32.load offset=4
local.tee 1
i32.eqz
br_if 1
local.get 0
local.get 1
call 134
call 135
br 0
end
end
local.get 0
i32.load
local.tee 1
local.get 1
i32.load
local.tee 1
i32.const -1
i32.add
i32.store
block ;; label = @1
local.get 1
i32.const 1
i32.ne
br_if 0
local.get 0
i32.load
call 143
end
block ;; label = @1
local.get 0
i32.load offset=12
local.tee 1
i32.eqz
br_if 0
local.get 1
local.get 1
i32.load
local.tee 2
i32.const -1
i32.add
i32.store
local.get 2
i32.const 1
i32.ne
br_if 0
local.get 0
i32.load offset=12
call 77
end
)
(func (type 4) (param i32 i32)
(local i32 i32 i32 i32 i32 i32 i32 i64 i32)
call 151
local.tee 2
i32.const 0
i32.store offset=88
local.get 2
local.get 1
i32.load offset=8
local.tee 3
i32.const -1
i32.xor
local.get 1
i32.load
local.tee 4
i32.load16_u offset=138
i32.add
local.tee 5
i32.store16 offset=138
block ;; label = @1
local.get 5
i32.const 12
i32.ge_u
br_if 0
local.get 4
i32.const 92
i32.add
local.tee 6
local.get 3
i32.const 2
i32.shl
i32.add
i32.load
local.set 7
local.get 3
i32.const 1
i32.add
local.set 8
local.get 4
local.get 3
i32.const 3
i32.shl
i32.add
i64.load align=4
local.set 9
block ;; label = @2
local.get 5
i32.const 2
i32.shl
local.tee 10
i32.eqz
br_if 0
local.get 2
i32.const 92
i32.add
local.get 6
local.get 8
i32.const 2
i32.shl
i32.add
local.get 10
memory.copy
end
block ;; label = @2
local.get 5
i32.const 3
i32.shl
local.tee 5
i32.eqz
br_if 0
local.get 2
local.get 4
local.get 8
i32.const 3
i32.shl
i32.add
local.get 5
memory.copy
end
local.get 0
local.get 9
i64.store offset=20 align=4
local.get 0
local.get 7
i32.store offset=16
local.get 4
local.get 3
i32.store16 offset=138
local.get 0
i32.const 0
i32.store offset=12
local.get 0
local.get 2
i32.store offset=8
local.get 0
local.get 4
i32.store
local.get 0
local.get 1
i32.load offset=4
i32.store offset=4
return
end
i32.const 0
local.get 5
i32.const 11
call 57
unreachable
)
(func (type 4) (param i32 i32)
(local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
local.get 1
i32.load
local.tee 2
i32.load16_u offset=138
local.set 3
call 152
local.tee 4
i32.const 0
i32.store offset=88
local.get 4
local.get 1
i32.load offset=8
local.tee 5
i32.const -1
i32.xor
local.get 2
i32.load16_u offset=138
i32.add
local.tee 6
i32.store16 offset=138
block ;; label = @1
block ;; label = @2
block ;; label = @3
local.get 6
i32.const 12
i32.ge_u
br_if 0
local.get 2
i32.const 92
i32.add
local.tee 7
local.get 5
i32.const 2
i32.shl
i32.add
i32.load
local.set 8
local.get 5
i32.const 1
i32.add
local.set 9
local.get 2
local.get 5
i32.const 3
i32.shl
i32.add
local.tee 10
i32.load
local.set 11
local.get 10
i32.load offset=4
local.set 10
block ;; label = @4
local.get 6
i32.const 2
i32.shl
local.tee 12
i32.eqz
br_if 0
local.get 4
i32.const 92
i32.add
local.get 7
local.get 9
i32.const 2
i32.shl
i32.add
local.get 12
memory.copy
end
block ;; label = @4
local.get 6
i32.const 3
i32.shl
local.tee 6
i32.eqz
br_if 0
local.get 4
local.get 2
local.get 9
i32.const 3
i32.shl
i32.add
local.get 6
memory.copy
end
local.get 2
local.get 5
i32.store16 offset=138
local.get 4
i32.load16_u offset=138
local.tee 6
i32.const 1
i32.add
local.set 9
local.get 6
i32.const 12
i32.ge_u
br_if 1
local.get 3
local.get 5
i32.sub
local.get 9
i32.ne
br_if 2
local.get 4
i32.const 140
i32.add
local.set 3
block ;; label = @4
local.get 9
i32.const 2
i32.shl
local.tee 9
i32.eqz
br_if 0
local.get 3
local.get 2
local.get 5
i32.const 2
i32.shl
i32.add
i32.const 144
i32.add
local.get 9
memory.copy
end
local.get 1
i32.load offset=4
local.set 9
i32.const 0
local.set 5
block ;; label = @4
loop ;; label = @5
local.get 3
local.get 5
i32.const 2
i32.shl
i32.add
i32.load
local.tee 1
local.get 5
i32.store16 offset=136
local.get 1
local.get 4
i32.store offset=88
local.get 5
local.get 6
i32.ge_u
br_if 1
local.get 5
local.get 5
local.get 6
i32.lt_u
i32.add
local.tee 5
local.get 6
i32.le_u
br_if 0
end
end
local.get 0
local.get 10
i32.store offset=24
local.get 0
local.get 11
i32.store offset=20
local.get 0
local.get 8
i32.store offset=16
local.get 0
local.get 9
i32.store offset=4
local.get 0
local.get 2
i32.store
local.get 0
local.get 9
i32.store offset=12
local.get 0
local.get 4
i32.store offset=8
return
end
i32.const 0
local.get 6
i32.const 11
call 57
unreachable
end
i32.const 0
local.get 9
i32.const 12
call 57
unreachable
end
i32.const 40
call 52
unreachable
)
(func (type 10) (param i32 i32 i32 i32 i32 i32)
(local i32 i32 i32 i32 i32 i32)
local.get 0
i32.const 92
i32.add
local.tee 6
local.get 1
i32.const 2
i32.shl
i32.add
local.set 7
block ;; label = @1
block ;; label = @2
local.get 1
i32.const 1
i32.add
local.tee 8
local.get 0
i32.load16_u offset=138
local.tee 9
i32.le_u
br_if 0
local.get 7
local.get 2
i32.store
br 1
end
block ;; label = @2
local.get 9
local.get 1
i32.sub
local.tee 10
i32.const 2
i32.shl
local.tee 11
i32.eqz
br_if 0
local.get 6
local.get 8
i32.const 2
i32.shl
i32.add
local.get 7
local.get 11
memory.copy
end
local.get 7
local.get 2
i32.store
local.get 10
i32.const 3
i32.shl
local.tee 7
i32.eqz
br_if 0
local.get 0
local.get 8
i32.const 3
i32.shl
i32.add
local.get 0
local.get 1
i32.const 3
i32.shl
i32.add
local.get 7
memory.copy
end
local.get 9
i32.const 1
i32.add
local.set 2
local.get 0
local.get 1
i32.const 3
i32.shl
i32.add
local.tee 7
local.get 4
i32.store offset=4
local.get 7
local.get 3
i32.store
local.get 0
i32.const 140
i32.add
local.set 7
block ;; label = @1
local.get 9
i32.const 2
i32.add
local.tee 4
local.get 1
i32.const 2
i32.add
local.tee 3
i32.le_u
br_if 0
local.get 9
local.get 1
i32.sub
i32.const 2
i32.shl
local.tee 6
i32.eqz
br_if 0
local.get 7
local.get 3
i32.const 2
i32.shl
i32.add
local.get 7
local.get 8
i32.const 2
i32.shl
i32.add
local.get 6
memory.copy
end
local.get 7
local.get 8
i32.const 2
i32.shl
i32.add
local.get 5
i32.store
local.get 0
local.get 2
i32.store16 offset=138
block ;; label = @1
local.get 8
local.get 4
i32.ge_u
br_if 0
local.get 9
i32.const 1
i32.add
local.set 7
local.get 1
i32.const 2
i32.shl
local.get 0
i32.add
i32.const 144
i32.add
local.set 9
loop ;; label = @2
local.get 9
i32.load
local.tee 8
local.get 1
i32.const 1
i32.add
local.tee 1
i32.store16 offset=136
local.get 8
local.get 0
i32.store offset=88
local.get 9
i32.const 4
i32.add
local.set 9
local.get 7
local.get 1
i32.ne
br_if 0
end
end
)
(func (type 7) (result i32)
(local i32)
block ;; label = @1
i32.const 4
i32.const 140
call 46
local.tee 0
br_if 0
call 51
unreachable
end
local.get 0
)
(func (type 7) (result i32)
(local i32)
block ;; label = @1
i32.const 4
i32.const 188
call 46
local.tee 0
br_if 0
call 51
unreachable
end
local.get 0
)
(func (type 5) (param i32 i32 i32)
(local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64)
global.get 0
i32.const 48
i32.sub
local.tee 3
global.set 0
block ;; label = @1
block ;; label = @2
block ;; label = @3
block ;; label = @4
local.get 1
i32.load
local.tee 4
i32.eqz
br_if 0
local.get 1
i32.load offset=4
local.tee 5
local.set 6
local.get 4
local.set 7
loop ;; label = @5
local.get 7
i32.const 92
i32.add
local.set 8
local.get 7
i32.load16_u offset=138
local.tee 9
i32.const 2
i32.shl
local.set 10
i32.const -1
local.set 11
block ;; label = @6
loop ;; label = @7
block ;; label = @8
local.get 10
br_if 0
local.get 9
local.set 11
br 2
end
local.get 8
i32.load
local.set 12
local.get 10
i32.const -4
i32.add
local.set 10
local.get 11
i32.const 1
i32.add
local.set 11
local.get 8
i32.const 4
i32.add
local.set 8
local.get 2
local.get 12
i32.gt_u
local.get 2
local.get 12
i32.lt_u
i32.sub
i32.const 255
i32.and
local.tee 12
i32.const 1
i32.eq
br_if 0
end
local.get 12
i32.eqz
br_if 4
end
local.get 6
i32.eqz
br_if 2
local.get 6
i32.const -1
i32.add
local.set 6
local.get 7
local.get 11
i32.const 2
i32.shl
i32.add
i32.load offset=140
local.set 7
br 0
end
end
local.get 0
i32.const 0
i32.store offset=4
br 2
end
local.get 0
i32.const 0
i32.store offset=4
br 1
end
local.get 3
i32.const 0
i32.store8 offset=11
block ;; label = @2
block ;; label = @3
local.get 6
br_if 0
local.get 3
local.get 11
i32.store offset=20
local.get 3
i32.const 0
i32.store offset=16
local.get 3
local.get 7
i32.store offset=12
local.get 3
i32.const 24
i32.add
local.get 3
i32.const 12
i32.add
local.get 3
i32.const 11
i32.add
call 159
br 1
end
local.get 7
local.get 11
i32.const 2
i32.shl
i32.add
i32.load offset=140
local.set 10
block ;; label = @3
local.get 6
i32.const 1
i32.eq
br_if 0
i32.const 1
local.set 8
loop ;; label = @4
local.get 10
local.get 10
i32.load16_u offset=138
i32.const 2
i32.shl
i32.add
i32.load offset=140
local.set 10
local.get 6
local.get 8
i32.const 1
i32.add
local.tee 8
i32.ne
br_if 0
end
end
local.get 3
i32.const 0
i32.store offset=16
local.get 3
local.get 10
i32.store offset=12
local.get 3
local.get 10
i32.load16_u offset=138
i32.const -1
i32.add
i32.store offset=20
local.get 3
i32.const 24
i32.add
local.get 3
i32.const 12
i32.add
local.get 3
i32.const 11
i32.add
call 159
local.get 3
i32.load offset=32
local.set 12
local.get 3
i32.load offset=28
local.set 11
local.get 3
i32.load offset=24
local.set 2
block ;; label = @3
local.get 3
i32.load offset=44
local.tee 8
local.get 3
i32.load offset=36
local.tee 10
i32.load16_u offset=138
i32.lt_u
br_if 0
loop ;; label = @4
local.get 10
i32.load16_u offset=136
local.tee 8
local.get 10
i32.load offset=88
local.tee 10
i32.load16_u offset=138
i32.ge_u
br_if 0
end
end
local.get 10
local.get 8
i32.const 2
i32.shl
i32.add
local.tee 6
i32.load offset=92
local.set 7
local.get 6
local.get 2
i32.store offset=92
local.get 10
local.get 8
i32.const 3
i32.shl
i32.add
local.tee 10
i64.load align=4
local.set 13
local.get 10
local.get 12
i32.store offset=4
local.get 10
local.get 11
i32.store
local.get 3
local.get 7
i32.store offset=24
local.get 3
local.get 13
i64.store offset=28 align=4
end
local.get 0
local.get 3
i32.load offset=32
i32.store offset=8
local.get 0
local.get 3
i64.load offset=24 align=4
i64.store align=4
local.get 1
local.get 1
i32.load offset=8
i32.const -1
i32.add
i32.store offset=8
local.get 3
i32.load8_u offset=11
i32.const 1
i32.ne
br_if 0
block ;; label = @2
local.get 5
i32.eqz
br_if 0
local.get 1
local.get 5
i32.const -1
i32.add
i32.store offset=4
local.get 1
local.get 4
i32.load offset=140
local.tee 10
i32.store
local.get 10
i32.const 0
i32.store offset=88
br 1
end
i32.const 33
call 52
unreachable
end
local.get 3
i32.const 48
i32.add
global.set 0
)
(func (type 3) (param i32) (result i32)
(local i32)
local.get 0
i32.const -8
i32.add
local.tee 1
local.get 1
i32.load
local.tee 1
i32.const 1
i32.add
i32.store
block ;; label = @1
local.get 1
i32.const -1
i32.gt_s
br_if 0
unreachable
end
local.get 0
)
(func (type 0) (param i32)
(local i32)
local.get 0
i32.const -8
i32.add
local.tee 0
local.get 0
i32.load
local.tee 1
i32.const -1
i32.add
i32.store
block ;; label = @1
local.get 1
i32.const 1
i32.ne
br_if 0
local.get 0
call 99
end
)
(func (type 5) (param i32 i32 i32)
(local i32 i32 i32)
block ;; label = @1
global.get 1
i32.const 1049136
i32.add
local.tee 3
i32.load offset=8
local.tee 4
local.get 3
i32.load
i32.ne
br_if 0
call 157
end
global.get 1
i32.const 1049136
i32.add
local.tee 3
i32.load offset=4
local.get 4
i32.const 3
i32.shl
i32.add
local.tee 5
local.get 2
i32.store offset=4
local.get 5
local.get 1
i32.store
local.get 3
local.get 4
i32.const 1
i32.add
i32.store offset=8
)
(func (type 14)
(local i32 i32 i32)
global.get 0
i32.const 16
i32.sub
local.tee 0
global.set 0
local.get 0
i32.const 4
i32.add
global.get 1
i32.const 1049136
i32.add
local.tee 1
i32.load
local.tee 2
local.get 1
i32.load offset=4
local.get 2
i32.const 1
i32.shl
local.tee 1
i32.const 4
local.get 1
i32.const 4
i32.gt_u
select
local.tee 1
call 158
block ;; label = @1
local.get 0
i32.load offset=4
i32.const 1
i32.ne
br_if 0
local.get 0
i32.load offset=8
local.get 0
i32.load offset=12
call 126
unreachable
end
global.get 1
i32.const 1049136
i32.add
local.tee 2
local.get 0
i32.load offset=8
i32.store offset=4
local.get 2
local.get 1
i32.store
local.get 0
i32.const 16
i32.add
global.set 0
)
(func (type 15) (param i32 i32 i32 i32)
(local i32 i32 i32)
global.get 0
i32.const 16
i32.sub
local.tee 4
global.set 0
i32.const 1
local.set 5
i32.const 4
local.set 6
block ;; label = @1
block ;; label = @2
local.get 3
i32.const 536870911
i32.gt_u
br_if 0
local.get 3
i32.const 3
i32.shl
local.tee 3
i32.const 2147483644
i32.gt_u
br_if 0
block ;; label = @3
block ;; label = @4
local.get 1
br_if 0
i32.const 0
local.set 6
local.get 4
i32.const 12
i32.add
local.set 1
br 1
end
local.get 4
i32.const 4
i32.store offset=12
local.get 1
i32.const 3
i32.shl
local.set 6
local.get 4
i32.const 8
i32.add
local.set 1
end
local.get 1
local.get 6
i32.store
block ;; label = @3
block ;; label = @4
local.get 4
i32.load offset=12
i32.eqz
br_if 0
block ;; label = @5
local.get 4
i32.load offset=8
local.tee 1
br_if 0
i32.const 4
local.get 3
call 46
local.set 6
br 2
end
block ;; label = @5
i32.const 4
local.get 3
call 46
local.tee 6
br_if 0
i32.const 0
local.set 6
br 2
end
local.get 1
i32.eqz
br_if 1
local.get 6
local.get 2
local.get 1
memory.copy
br 1
end
i32.const 4
local.get 3
call 46
local.set 6
end
block ;; label = @3
block ;; label = @4
local.get 6
br_if 0
local.get 0
i32.const 4
i32.store offset=4
br 1
end
local.get 0
local.get 6
i32.store offset=4
i32.const 0
local.set 5
end
i32.const 8
local.set 6
br 1
end
i32.const 0
local.set 3
end
local.get 0
local.get 6
i32.add
local.get 3
i32.store
local.get 0
local.get 5
i32.store
local.get 4
i32.const 16
i32.add
global.set 0
)
(func (type 5) (param i32 i32 i32)
(local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32)
global.get 0
i32.const 64
i32.sub
local.tee 3
global.set 0
local.get 1
i32.load
local.tee 4
local.get 1
i32.load offset=8
local.tee 5
i32.const 2
i32.shl
i32.add
local.tee 6
i32.load offset=92
local.set 7
block ;; label = @1
local.get 4
i32.load16_u offset=138
local.tee 8
local.get 5
i32.const -1
i32.xor
i32.add
local.tee 9
i32.const 2
i32.shl
local.tee 10
i32.eqz
br_if 0
local.get 6
i32.const 92
i32.add
local.get 6
i32.const 96
i32.add
local.get 10
memory.copy
end
local.get 4
local.get 5
i32.const 3
i32.shl
i32.add
local.tee 6
i32.load offset=4
local.set 11
local.get 6
i32.load
local.set 12
block ;; label = @1
local.get 9
i32.const 3
i32.shl
local.tee 9
i32.eqz
br_if 0
local.get 6
local.get 6
i32.const 8
i32.add
local.get 9
memory.copy
end
local.get 4
local.get 8
i32.const -1
i32.add
local.tee 6
i32.store16 offset=138
local.get 1
i32.load offset=4
local.set 8
block ;; label = @1
local.get 6
i32.const 65535
i32.and
i32.const 4
i32.gt_u
br_if 0
local.get 3
i32.const 32
i32.add
local.get 4
local.get 8
call 160
local.get 3
i32.const 32
i32.add
i32.const 4
i32.add
local.set 1
block ;; label = @2
block ;; label = @3
block ;; label = @4
block ;; label = @5
block ;; label = @6
block ;; label = @7
local.get 3
i32.load offset=32
br_table 1 2 0 2
end
local.get 3
local.get 5
i32.store offset=28
local.get 3
local.get 3
i32.load offset=40
local.tee 8
i32.store offset=24
local.get 3
local.get 3
i32.load offset=36
local.tee 4
i32.store offset=20
br 4
end
block ;; label = @6
local.get 3
i32.load offset=48
i32.load16_u offset=138
local.get 3
i32.load offset=56
local.tee 4
i32.load16_u offset=138
i32.add
i32.const 1
i32.add
i32.const 12
i32.lt_u
br_if 0
local.get 3
i32.load offset=60
local.set 8
local.get 1
i32.const 1
call 161
local.get 5
i32.const 1
i32.add
local.set 5
br 2
end
local.get 3
i32.const 20
i32.add
local.get 1
i32.const 1
local.get 5
call 162
local.get 3
i32.load offset=28
local.set 5
local.get 3
i32.load offset=20
local.set 4
local.get 3
i32.load offset=24
local.set 8
br 3
end
local.get 3
i32.load offset=48
local.tee 4
i32.load16_u offset=138
local.tee 6
local.get 3
i32.load offset=56
i32.load16_u offset=138
i32.add
i32.const 1
i32.add
i32.const 12
i32.lt_u
br_if 1
local.get 3
i32.load offset=52
local.set 8
local.get 1
i32.const 1
call 163
end
local.get 3
local.get 5
i32.store offset=28
local.get 3
local.get 8
i32.store offset=24
local.get 3
local.get 4
i32.store offset=20
br 1
end
block ;; label = @3
local.get 5
local.get 6
i32.gt_u
br_if 0
local.get 3
i32.const 8
i32.add
local.get 1
call 164
local.get 3
local.get 5
i32.store offset=28
local.get 3
local.get 3
i32.load offset=12
local.tee 8
i32.store offset=24
local.get 3
local.get 3
i32.load offset=8
local.tee 4
i32.store offset=20
br 1
end
i32.const 142
call 52
unreachable
end
local.get 4
i32.load offset=88
local.tee 1
i32.eqz
br_if 0
local.get 8
i32.const 1
i32.add
local.set 6
local.get 3
i32.const 32
i32.add
i32.const 4
i32.add
local.set 9
block ;; label = @2
loop ;; label = @3
local.get 1
i32.load16_u offset=138
local.tee 10
i32.const 4
i32.gt_u
br_if 2
local.get 3
i32.const 32
i32.add
local.get 1
local.get 6
call 160
block ;; label = @4
block ;; label = @5
block ;; label = @6
block ;; label = @7
local.get 3
i32.load offset=32
br_table 0 1 3 1
end
local.get 3
i32.load offset=48
i32.load16_u offset=138
local.get 3
i32.load offset=56
i32.load16_u offset=138
i32.add
i32.const 1
i32.add
i32.const 12
i32.lt_u
br_if 1
local.get 9
i32.const 5
local.get 10
i32.sub
call 161
br 5
end
local.get 3
i32.load offset=48
i32.load16_u offset=138
local.get 3
i32.load offset=56
i32.load16_u offset=138
i32.add
i32.const 1
i32.add
i32.const 12
i32.ge_u
br_if 3
end
local.get 3
local.get 9
call 165
local.get 3
i32.load offset=4
local.set 6
local.get 3
i32.load
local.tee 1
br_if 1
br 3
end
end
local.get 10
br_if 1
local.get 2
i32.const 1
i32.store8
br 1
end
local.get 9
i32.const 5
local.get 10
i32.sub
call 163
end
local.get 0
local.get 5
i32.store offset=20
local.get 0
local.get 8
i32.store offset=16
local.get 0
local.get 4
i32.store offset=12
local.get 0
local.get 11
i32.store offset=8
local.get 0
local.get 12
i32.store offset=4
local.get 0
local.get 7
i32.store
local.get 3
i32.const 64
i32.add
global.set 0
)
(func (type 5) (param i32 i32 i32)
(local i32 i32 i32)
block ;; label = @1
local.get 1
i32.load offset=88
local.tee 3
br_if 0
local.get 0
local.get 2
i32.store offset=8
local.get 0
local.get 1
i32.store offset=4
local.get 0
i32.const 2
i32.store
return
end
local.get 2
i32.const 1
i32.add
local.set 4
block ;; label = @1
block ;; label = @2
local.get 1
i32.load16_u offset=136
local.tee 5
br_if 0
local.get 3
i32.load16_u offset=138
i32.eqz
br_if 1
local.get 0
local.get 2
i32.store offset=28
local.get 0
local.get 2
i32.store offset=20
local.get 0
local.get 1
i32.store offset=16
local.get 0
i32.const 0
i32.store offset=12
local.get 0
local.get 4
i32.store offset=8
local.get 0
local.get 3
i32.store offset=4
local.get 0
i32.const 1
i32.store
local.get 0
local.get 3
i32.load offset=144
i32.store offset=24
return
end
local.get 0
local.get 2
i32.store offset=28
local.get 0
local.get 1
i32.store offset=24
local.get 0
local.get 2
i32.store offset=20
local.get 0
local.get 4
i32.store offset=8
local.get 0
local.get 3
i32.store offset=4
local.get 0
i32.const 0
i32.store
local.get 0
local.get 5
i32.const -1
i32.add
local.tee 1
i32.store offset=12
local.get 0
local.get 3
local.get 1
i32.const 2
i32.shl
i32.add
i32.load offset=140
i32.store offset=16
return
end
call 51
unreachable
)
(func (type 4) (param i32 i32)
(local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i64)
block ;; label = @1
block ;; label = @2
block ;; label = @3
block ;; label = @4
block ;; label = @5
local.get 1
i32.eqz
br_if 0
local.get 1
local.get 0
i32.load offset=20
local.tee 2
i32.load16_u offset=138
local.tee 3
i32.add
local.tee 4
i32.const 12
i32.ge_u
br_if 1
local.get 0
i32.load offset=12
local.tee 5
i32.load16_u offset=138
local.tee 6
local.get 1
i32.lt_u
br_if 2
local.get 5
local.get 6
local.get 1
i32.sub
local.tee 7
i32.store16 offset=138
local.get 2
local.get 4
i32.store16 offset=138
local.get 2
i32.const 92
i32.add
local.set 8
block ;; label = @6
local.get 3
i32.const 2
i32.shl
local.tee 9
i32.eqz
br_if 0
local.get 8
local.get 1
i32.const 2
i32.shl
i32.add
local.get 8
local.get 9
memory.copy
end
block ;; label = @6
local.get 3
i32.const 3
i32.shl
local.tee 3
i32.eqz
br_if 0
local.get 2
local.get 1
i32.const 3
i32.shl
i32.add
local.get 2
local.get 3
memory.copy
end
local.get 5
i32.const 92
i32.add
local.set 3
block ;; label = @6
local.get 6
local.get 7
i32.const 1
i32.add
local.tee 10
i32.sub
local.tee 6
i32.const 2
i32.shl
local.tee 11
i32.eqz
br_if 0
local.get 8
local.get 3
local.get 10
i32.const 2
i32.shl
i32.add
local.get 11
memory.copy
end
block ;; label = @6
local.get 6
i32.const 3
i32.shl
local.tee 6
i32.eqz
br_if 0
local.get 2
local.get 5
local.get 10
i32.const 3
i32.shl
i32.add
local.get 6
memory.copy
end
local.get 0
i32.load
local.tee 6
local.get 0
i32.load offset=8
local.tee 11
i32.const 2
i32.shl
i32.add
local.tee 12
i32.load offset=92
local.set 13
local.get 5
local.get 7
i32.const 3
i32.shl
i32.add
i64.load align=4
local.set 14
local.get 12
local.get 3
local.get 7
i32.const 2
i32.shl
i32.add
i32.load
i32.store offset=92
local.get 6
local.get 11
i32.const 3
i32.shl
i32.add
local.tee 7
i64.load align=4
local.set 15
local.get 7
local.get 14
i64.store align=4
local.get 2
local.get 1
i32.const -1
i32.add
local.tee 7
i32.const 3
i32.shl
i32.add
local.get 15
i64.store align=4
local.get 8
local.get 7
i32.const 2
i32.shl
i32.add
local.get 13
i32.store
local.get 0
i32.load offset=24
local.set 7
block ;; label = @6
local.get 0
i32.load offset=16
br_if 0
local.get 7
br_if 4
br 5
end
local.get 7
i32.eqz
br_if 3
local.get 1
i32.const 2
i32.shl
local.set 0
local.get 2
i32.const 140
i32.add
local.set 1
block ;; label = @6
local.get 9
i32.const 4
i32.add
local.tee 7
i32.eqz
br_if 0
local.get 1
local.get 0
i32.add
local.get 1
local.get 7
memory.copy
end
block ;; label = @6
local.get 0
i32.eqz
br_if 0
local.get 1
local.get 5
local.get 10
i32.const 2
i32.shl
i32.add
i32.const 140
i32.add
local.get 0
memory.copy
end
local.get 4
i32.const 1
i32.add
local.set 7
i32.const 0
local.set 0
loop ;; label = @6
local.get 1
i32.load
local.tee 5
local.get 0
i32.store16 offset=136
local.get 5
local.get 2
i32.store offset=88
local.get 1
i32.const 4
i32.add
local.set 1
local.get 7
local.get 0
i32.const 1
i32.add
local.tee 0
i32.ne
br_if 0
br 5
end
end
i32.const 27
call 52
unreachable
end
i32.const 51
call 52
unreachable
end
i32.const 39
call 52
unreachable
end
i32.const 40
call 52
unreachable
end
)
(func (type 15) (param i32 i32 i32 i32)
(local i32 i32)
global.get 0
i32.const 16
i32.sub
local.tee 4
global.set 0
local.get 1
i32.load offset=12
i32.load16_u offset=138
local.set 5
block ;; label = @1
block ;; label = @2
block ;; label = @3
local.get 2
i32.const 1
i32.ne
br_if 0
local.get 3
local.get 1
i32.load offset=20
i32.load16_u offset=138
i32.gt_u
br_if 2
local.get 4
local.get 1
call 164
local.get 3
local.get 5
i32.add
i32.const 1
i32.add
local.set 3
local.get 4
i32.load offset=4
local.set 1
local.get 4
i32.load
local.set 2
br 1
end
local.get 3
local.get 5
i32.gt_u
br_if 1
local.get 4
i32.const 8
i32.add
local.get 1
call 164
local.get 4
i32.load offset=12
local.set 1
local.get 4
i32.load offset=8
local.set 2
end
local.get 0
local.get 3
i32.store offset=8
local.get 0
local.get 2
i32.store
local.get 0
local.get 1
i32.store offset=4
local.get 4
i32.const 16
i32.add
global.set 0
return
end
i32.const 142
call 52
unreachable
)
(func (type 4) (param i32 i32)
(local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64 i32 i64)
block ;; label = @1
block ;; label = @2
block ;; label = @3
block ;; label = @4
block ;; label = @5
local.get 1
i32.eqz
br_if 0
local.get 1
local.get 0
i32.load offset=12
local.tee 2
i32.load16_u offset=138
local.tee 3
i32.add
local.tee 4
i32.const 12
i32.ge_u
br_if 1
local.get 0
i32.load offset=20
local.tee 5
i32.load16_u offset=138
local.tee 6
local.get 1
i32.lt_u
br_if 2
local.get 2
local.get 4
i32.store16 offset=138
local.get 5
local.get 6
local.get 1
i32.sub
local.tee 7
i32.store16 offset=138
local.get 0
i32.load
local.tee 4
local.get 0
i32.load offset=8
local.tee 8
i32.const 2
i32.shl
i32.add
local.tee 9
i32.load offset=92
local.set 10
local.get 5
local.get 1
i32.const -1
i32.add
local.tee 11
i32.const 3
i32.shl
local.tee 6
i32.add
i64.load align=4
local.set 12
local.get 9
local.get 5
i32.const 92
i32.add
local.tee 13
local.get 11
i32.const 2
i32.shl
local.tee 11
i32.add
i32.load
i32.store offset=92
local.get 4
local.get 8
i32.const 3
i32.shl
i32.add
local.tee 4
i64.load align=4
local.set 14
local.get 4
local.get 12
i64.store align=4
local.get 2
i32.const 92
i32.add
local.tee 8
local.get 3
i32.const 2
i32.shl
i32.add
local.get 10
i32.store
local.get 2
local.get 3
i32.const 3
i32.shl
i32.add
local.get 14
i64.store align=4
local.get 3
i32.const 1
i32.add
local.set 4
block ;; label = @6
local.get 11
i32.eqz
br_if 0
local.get 8
local.get 4
i32.const 2
i32.shl
i32.add
local.get 13
local.get 11
memory.copy
end
block ;; label = @6
local.get 6
i32.eqz
br_if 0
local.get 2
local.get 4
i32.const 3
i32.shl
i32.add
local.get 5
local.get 6
memory.copy
end
block ;; label = @6
local.get 7
i32.const 2
i32.shl
local.tee 6
i32.eqz
br_if 0
local.get 13
local.get 13
local.get 1
i32.const 2
i32.shl
i32.add
local.get 6
memory.copy
end
block ;; label = @6
local.get 7
i32.const 3
i32.shl
local.tee 13
i32.eqz
br_if 0
local.get 5
local.get 5
local.get 1
i32.const 3
i32.shl
i32.add
local.get 13
memory.copy
end
local.get 0
i32.load offset=24
local.set 13
block ;; label = @6
local.get 0
i32.load offset=16
br_if 0
local.get 13
br_if 4
br 5
end
local.get 13
i32.eqz
br_if 3
local.get 5
i32.const 140
i32.add
local.set 0
block ;; label = @6
local.get 1
i32.const 2
i32.shl
local.tee 13
i32.eqz
br_if 0
local.get 2
local.get 4
i32.const 2
i32.shl
i32.add
i32.const 140
i32.add
local.get 0
local.get 13
memory.copy
end
block ;; label = @6
local.get 6
i32.const 4
i32.add
local.tee 6
i32.eqz
br_if 0
local.get 0
local.get 0
local.get 13
i32.add
local.get 6
memory.copy
end
local.get 3
i32.const 2
i32.shl
local.get 2
i32.add
i32.const 144
i32.add
local.set 3
loop ;; label = @6
local.get 3
i32.load
local.tee 6
local.get 4
i32.store16 offset=136
local.get 6
local.get 2
i32.store offset=88
local.get 3
i32.const 4
i32.add
local.set 3
local.get 4
i32.const 1
i32.add
local.set 4
local.get 1
i32.const -1
i32.add
local.tee 1
br_if 0
end
local.get 7
i32.const 1
i32.add
local.set 1
i32.const 0
local.set 4
loop ;; label = @6
local.get 0
i32.load
local.tee 3
local.get 4
i32.store16 offset=136
local.get 3
local.get 5
i32.store offset=88
local.get 0
i32.const 4
i32.add
local.set 0
local.get 1
local.get 4
i32.const 1
i32.add
local.tee 4
i32.ne
br_if 0
br 5
end
end
i32.const 27
call 52
unreachable
end
i32.const 50
call 52
unreachable
end
i32.const 40
call 52
unreachable
end
i32.const 40
call 52
unreachable
end
)
(func (type 4) (param i32 i32)
(local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64)
block ;; label = @1
block ;; label = @2
local.get 1
i32.load offset=12
local.tee 2
i32.load16_u offset=138
local.tee 3
i32.const 1
i32.add
local.tee 4
local.get 1
i32.load offset=20
local.tee 5
i32.load16_u offset=138
local.tee 6
i32.add
local.tee 7
i32.const 12
i32.ge_u
br_if 0
local.get 1
i32.load offset=16
local.set 8
local.get 1
i32.load offset=4
local.set 9
local.get 1
i32.load
local.tee 10
i32.load16_u offset=138
local.set 11
local.get 2
local.get 7
i32.store16 offset=138
local.get 10
local.get 1
i32.load offset=8
local.tee 12
i32.const 2
i32.shl
i32.add
local.tee 1
i32.load offset=92
local.set 13
block ;; label = @3
local.get 11
local.get 12
i32.const -1
i32.xor
i32.add
local.tee 14
i32.const 2
i32.shl
local.tee 15
i32.eqz
local.tee 16
br_if 0
local.get 1
i32.const 92
i32.add
local.get 1
i32.const 96
i32.add
local.get 15
memory.copy
end
local.get 2
i32.const 92
i32.add
local.tee 1
local.get 3
i32.const 2
i32.shl
i32.add
local.get 13
i32.store
block ;; label = @3
local.get 6
i32.const 2
i32.shl
local.tee 13
i32.eqz
br_if 0
local.get 1
local.get 4
i32.const 2
i32.shl
i32.add
local.get 5
i32.const 92
i32.add
local.get 13
memory.copy
end
local.get 10
local.get 12
i32.const 3
i32.shl
i32.add
local.tee 1
i64.load align=4
local.set 17
block ;; label = @3
local.get 14
i32.const 3
i32.shl
local.tee 13
i32.eqz
br_if 0
local.get 1
local.get 1
i32.const 8
i32.add
local.get 13
memory.copy
end
local.get 2
local.get 3
i32.const 3
i32.shl
i32.add
local.get 17
i64.store align=4
block ;; label = @3
local.get 6
i32.const 3
i32.shl
local.tee 1
i32.eqz
br_if 0
local.get 2
local.get 4
i32.const 3
i32.shl
i32.add
local.get 5
local.get 1
memory.copy
end
local.get 12
i32.const 1
i32.add
local.set 1
block ;; label = @3
local.get 16
br_if 0
local.get 10
local.get 1
i32.const 2
i32.shl
i32.add
local.tee 13
i32.const 140
i32.add
local.get 13
i32.const 144
i32.add
local.get 15
memory.copy
end
block ;; label = @3
local.get 1
local.get 11
i32.ge_u
br_if 0
local.get 12
i32.const 2
i32.shl
local.get 10
i32.add
i32.const 144
i32.add
local.set 12
loop ;; label = @4
local.get 12
i32.load
local.tee 13
local.get 1
i32.store16 offset=136
local.get 13
local.get 10
i32.store offset=88
local.get 12
i32.const 4
i32.add
local.set 12
local.get 11
local.get 1
i32.const 1
i32.add
local.tee 1
i32.ne
br_if 0
end
end
local.get 10
local.get 10
i32.load16_u offset=138
i32.const -1
i32.add
i32.store16 offset=138
block ;; label = @3
local.get 9
i32.const 2
i32.lt_u
br_if 0
local.get 6
i32.const 1
i32.add
local.tee 12
local.get 7
local.get 3
i32.sub
i32.ne
br_if 2
block ;; label = @4
local.get 12
i32.const 2
i32.shl
local.tee 1
i32.eqz
br_if 0
local.get 2
i32.const 140
i32.add
local.get 4
i32.const 2
i32.shl
i32.add
local.get 5
i32.const 140
i32.add
local.get 1
memory.copy
end
local.get 3
i32.const 2
i32.shl
local.get 2
i32.add
i32.const 144
i32.add
local.set 1
loop ;; label = @4
local.get 1
i32.load
local.tee 13
local.get 4
i32.store16 offset=136
local.get 13
local.get 2
i32.store offset=88
local.get 1
i32.const 4
i32.add
local.set 1
local.get 4
i32.const 1
i32.add
local.set 4
local.get 12
i32.const -1
i32.add
local.tee 12
br_if 0
end
end
local.get 0
local.get 8
i32.store offset=4
local.get 0
local.get 2
i32.store
return
end
i32.const 42
call 52
unreachable
end
i32.const 40
call 52
unreachable
)
(func (type 4) (param i32 i32)
(local i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i32 i64)
block ;; label = @1
block ;; label = @2
local.get 1
i32.load offset=12
local.tee 2
i32.load16_u offset=138
local.tee 3
i32.const 1
i32.add
local.tee 4
local.get 1
i32.load offset=20
local.tee 5
i32.load16_u offset=138
local.tee 6
i32.add
local.tee 7
i32.const 12
i32.ge_u
br_if 0
local.get 1
i32.load offset=4
local.set 8
local.get 1
i32.load
local.tee 9
i32.load16_u offset=138
local.set 10
local.get 2
local.get 7
i32.store16 offset=138
local.get 9
local.get 1
i32.load offset=8
local.tee 11
i32.const 2
i32.shl
i32.add
local.tee 1
i32.load offset=92
local.set 12
block ;; label = @3
local.get 10
local.get 11
i32.const -1
i32.xor
i32.add
local.tee 13
i32.const 2
i32.shl
local.tee 14
i32.eqz
local.tee 15
br_if 0
local.get 1
i32.const 92
i32.add
local.get 1
i32.const 96
i32.add
local.get 14
memory.copy
end
local.get 2
i32.const 92
i32.add
local.tee 1
local.get 3
i32.const 2
i32.shl
i32.add
local.get 12
i32.store
block ;; label = @3
local.get 6
i32.const 2
i32.shl
local.tee 12
i32.eqz
br_if 0
local.get 1
local.get 4
i32.const 2
i32.shl
i32.add
local.get 5
i32.const 92
i32.add
local.get 12
memory.copy
end
local.get 9
local.get 11
i32.const 3
i32.shl
i32.add
local.tee 1
i64.load align=4
local.set 16
block ;; label = @3
local.get 13
i32.const 3
i32.shl
local.tee 12
i32.eqz
br_if 0
local.get 1
local.get 1
i32.const 8
i32.add
local.get 12
memory.copy
end
local.get 2
local.get 3
i32.const 3
i32.shl
i32.add
local.get 16
i64.store align=4
block ;; label = @3
local.get 6
i32.const 3
i32.shl
local.tee 1
i32.eqz
br_if 0
local.get 2
local.get 4
i32.const 3
i32.shl
i32.add
local.get 5
local.get 1
memory.copy
end
local.get 11
i32.const 1
i32.add
local.set 1
block ;; label = @3
local.get 15
br_if 0
local.get 9
local.get 1
i32.const 2
i32.shl
i32.add
local.tee 12
i32.const 140
i32.add
local.get 12
i32.const 144
i32.add
local.get 14
memory.copy
end
block ;; label = @3
local.get 1
local.get 10
i32.ge_u
br_if 0
local.get 11
i32.const 2
i32.shl
local.get 9
i32.add
i32.const 144
i32.add
local.set 11
loop ;; label = @4
local.get 11
i32.load
local.tee 12
local.get 1
i32.store16 offset=136
local.get 12
local.get 9
i32.store offset=88
local.get 11
i32.const 4
i32.add
local.set 11
local.get 10
local.get 1
i32.const 1
i32.add
local.tee 1
i32.ne
br_if 0
end
end
local.get 9
local.get 9
i32.load16_u offset=138
i32.const -1
i32.add
i32.store16 offset=138
block ;; label = @3
local.get 8
i32.const 2
i32.lt_u
br_if 0
local.get 6
i32.const 1
i32.add
local.tee 11
local.get 7
local.get 3
i32.sub
i32.ne
br_if 2
block ;; label = @4
local.get 11
i32.const 2
i32.shl
local.tee 1
i32.eqz
br_if 0
local.get 2
i32.const 140
i32.add
local.get 4
i32.const 2
i32.shl
i32.add
local.get 5
i32.const 140
i32.add
local.get 1
memory.copy
end
local.get 3
i32.const 2
i32.shl
local.get 2
i32.add
i32.const 144
i32.add
local.set 1
loop ;; label = @4
local.get 1
i32.load
local.tee 12
local.get 4
i32.store16 offset=136
local.get 12
local.get 2
i32.store offset=88
local.get 1
i32.const 4
i32.add
local.set 1
local.get 4
i32.const 1
i32.add
local.set 4
local.get 11
i32.const -1
i32.add
local.tee 11
br_if 0
end
end
local.get 0
local.get 8
i32.store offset=4
local.get 0
local.get 9
i32.store
return
end
i32.const 42
call 52
unreachable
end
i32.const 40
call 52
unreachable
)
(func (type 0) (param i32)
call 95
unreachable
)
(func (type 3) (param i32) (result i32)
(local i32 i32)
global.get 1
i32.const 1049192
i32.add
local.tee 1
i32.load
local.set 2
local.get 1
local.get 0
i32.store
local.get 2
)
(data (i32.const 1048576) "\00\00\00\00\01\00\00\00content-length{\22plan\22:\22paid\22}dispatcher\c0\02: \c0\0000010203040506070809101112131415161718192021222324252627282930313233343536373839404142434445464748495051525354555657585960616263646566676869707172737475767778798081828384858687888990919293949596979899future still here when droppinginconsistent in drop")
(data (i32.const 1048880) "\05\00\00\00\05\00\00\00\05\00\00\00\05\00\00\00\05\00\00\00\05\00\00\00\05\00\00\00\05\00\00\00\05\00\00\00\05\00\00\00\05\00\00\00\05\00\00\00\05\00\00\00\05\00\00\00\05\00\00\00\05\00\00\00\05\00\00\00\05\00\00\00\06\00\00\00\5c\01\00\00\04\00\00\00\07\00\00\00\08\00\00\00$\01\00\00\04\00\00\00\09\00\00\00\0a\00\00\00\0b\00\00\00\0c\00\00\00\0d\00\00\00\0e\00\00\00\0f\00\00\00\10\00\00\00\11\00\00\00\08\00\00\00(\00\00\00\12\00\00\00\13\00\00\00\14\00\00\00\15\00\00\00\16\00\00\00\17\00\00\00\18\00\00\00\19\00\00\00\1a\00\00\00\1b\00\00\00\01\00\00\00\01\00\00\00\1c\00\00\00\1d\00\00\00\1e\00\00\00\1f\00\00\00 \00\00\00!\00\00\00\22\00\00\00\00\00\00\00\00\00\00\00\00\00\00\00#\00\00\00\0c\00\00\00\04\00\00\00$\00\00\00%\00\00\00&\00\00\00\00\00\00\00\04\00\00\00\00\00\00\00\02\00\00\00\01\00\00\00'\00\00\00(\00\00\00)\00\00\00*\00\00\00+\00\00\00,\00\00\00-\00\00\00")
)
(core module $wit-component-shim-module
(type (func (param i32 i32) (result i32)))
(type (func (param i32 i32 i32)))
(type (func (param i32 i32 i32 i32 i32 i32 i32)))
(type (func (param i32 i32 i32) (result i32)))
(type (func (param i32 i32)))
(type (func (param i32 i32 i32 i32 i32 i32)))
(type (func (param i32 i32 i32 i32 i32)))
(type (func (param i32 i32 i32) (result i32)))
(type (func (param i32 i32 i32 i64 i32 i32 i32 i32)))
(table 14 14 funcref)
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
(export "11" (func 11))
(export "12" (func 12))
(export "13" (func 13))
(export "$imports" (table 0))
(func (type 0) (param i32 i32) (result i32)
local.get 0
local.get 1
i32.const 0
call_indirect (type 0)
)
(func (type 1) (param i32 i32 i32)
local.get 0
local.get 1
local.get 2
i32.const 1
call_indirect (type 1)
)
(func (type 2) (param i32 i32 i32 i32 i32 i32 i32)
local.get 0
local.get 1
local.get 2
local.get 3
local.get 4
local.get 5
local.get 6
i32.const 2
call_indirect (type 2)
)
(func (type 3) (param i32 i32 i32) (result i32)
local.get 0
local.get 1
local.get 2
i32.const 3
call_indirect (type 3)
)
(func (type 4) (param i32 i32)
local.get 0
local.get 1
i32.const 4
call_indirect (type 4)
)
(func (type 4) (param i32 i32)
local.get 0
local.get 1
i32.const 5
call_indirect (type 4)
)
(func (type 4) (param i32 i32)
local.get 0
local.get 1
i32.const 6
call_indirect (type 4)
)
(func (type 5) (param i32 i32 i32 i32 i32 i32)
local.get 0
local.get 1
local.get 2
local.get 3
local.get 4
local.get 5
i32.const 7
call_indirect (type 5)
)
(func (type 6) (param i32 i32 i32 i32 i32)
local.get 0
local.get 1
local.get 2
local.get 3
local.get 4
i32.const 8
call_indirect (type 6)
)
(func (type 0) (param i32 i32) (result i32)
local.get 0
local.get 1
i32.const 9
call_indirect (type 0)
)
(func (type 0) (param i32 i32) (result i32)
local.get 0
local.get 1
i32.const 10
call_indirect (type 0)
)
(func (type 7) (param i32 i32 i32) (result i32)
local.get 0
local.get 1
local.get 2
i32.const 11
call_indirect (type 7)
)
(func (type 7) (param i32 i32 i32) (result i32)
local.get 0
local.get 1
local.get 2
i32.const 12
call_indirect (type 7)
)
(func (type 8) (param i32 i32 i32 i64 i32 i32 i32 i32)
local.get 0
local.get 1
local.get 2
local.get 3
local.get 4
local.get 5
local.get 6
local.get 7
i32.const 13
call_indirect (type 8)
)
)
(core module $wit-component-fixup
(type (func (param i32 i32) (result i32)))
(type (func (param i32 i32 i32)))
(type (func (param i32 i32 i32 i32 i32 i32 i32)))
(type (func (param i32 i32 i32) (result i32)))
(type (func (param i32 i32)))
(type (func (param i32 i32 i32 i32 i32 i32)))
(type (func (param i32 i32 i32 i32 i32)))
(type (func (param i32 i32 i32) (result i32)))
(type (func (param i32 i32 i32 i64 i32 i32 i32 i32)))
(import "" "0" (func (type 0)))
(import "" "1" (func (type 1)))
(import "" "2" (func (type 2)))
(import "" "3" (func (type 3)))
(import "" "4" (func (type 4)))
(import "" "5" (func (type 4)))
(import "" "6" (func (type 4)))
(import "" "7" (func (type 5)))
(import "" "8" (func (type 6)))
(import "" "9" (func (type 0)))
(import "" "10" (func (type 0)))
(import "" "11" (func (type 7)))
(import "" "12" (func (type 7)))
(import "" "13" (func (type 8)))
(import "" "$imports" (table 14 14 funcref))
(elem (i32.const 0) func 0 1 2 3 4 5 6 7 8 9 10 11 12 13)
)
(core instance $wit-component-shim-instance (instantiate $wit-component-shim-module))
(alias export $wasi:http/types@0.3.0 "request" (type $"#type4 request" (@name "request")))
(alias export $wasi:http/types@0.3.0 "response" (type $"#type5 response" (@name "response")))
(alias export $wasi:http/types@0.3.0 "error-code" (type $error-code))
(core func $"context.get 0" (canon context.get i32 0))
(core func $"context.set 0" (canon context.set i32 0))
(core func $subtask.drop (canon subtask.drop))
(core func $subtask.cancel (canon subtask.cancel))
(alias core export $wit-component-shim-instance "0" (core func $waitable-set.poll))
(core func $waitable-set.drop (canon waitable-set.drop))
(core func $waitable-set.new (canon waitable-set.new))
(core func $waitable.join (canon waitable.join))
(core instance $$root
(export "[context-get-0]" (func $"context.get 0"))
(export "[context-set-0]" (func $"context.set 0"))
(export "[subtask-drop]" (func $subtask.drop))
(export "[subtask-cancel]" (func $subtask.cancel))
(export "[waitable-set-poll]" (func $waitable-set.poll))
(export "[waitable-set-drop]" (func $waitable-set.drop))
(export "[waitable-set-new]" (func $waitable-set.new))
(export "[waitable-join]" (func $waitable.join))
)
(alias export $tollgate:platform/dispatcher@1.0.0 "[constructor]options" (func $"[constructor]options"))
(core func $"[constructor]options" (canon lower (func $"[constructor]options")))
(alias core export $wit-component-shim-instance "1" (core func $"indirect-tollgate:platform/dispatcher@1.0.0-[method]options.set-props"))
(alias export $tollgate:platform/dispatcher@1.0.0 "[method]options.set-cpu-ms" (func $"[method]options.set-cpu-ms"))
(core func $"[method]options.set-cpu-ms" (canon lower (func $"[method]options.set-cpu-ms")))
(alias export $tollgate:platform/dispatcher@1.0.0 "[method]options.set-subrequests" (func $"[method]options.set-subrequests"))
(core func $"[method]options.set-subrequests" (canon lower (func $"[method]options.set-subrequests")))
(alias core export $wit-component-shim-instance "2" (core func $indirect-tollgate:platform/dispatcher@1.0.0-get))
(alias export $tollgate:platform/dispatcher@1.0.0 "options" (type $options))
(core func $resource.drop (canon resource.drop $options))
(alias core export $wit-component-shim-instance "3" (core func $"indirect-tollgate:platform/dispatcher@1.0.0-[async-lower][method]worker.fetch"))
(alias export $tollgate:platform/dispatcher@1.0.0 "worker" (type $worker))
(core func $"#core-func15 resource.drop" (@name "resource.drop") (canon resource.drop $worker))
(alias core export $wit-component-shim-instance "4" (core func $"indirect-tollgate:platform/dispatcher@1.0.0-[method]dispatch-error.code"))
(alias core export $wit-component-shim-instance "5" (core func $"indirect-tollgate:platform/dispatcher@1.0.0-[method]dispatch-error.message"))
(alias export $tollgate:platform/dispatcher@1.0.0 "dispatch-error" (type $dispatch-error))
(core func $"#core-func18 resource.drop" (@name "resource.drop") (canon resource.drop $dispatch-error))
(core instance $tollgate:platform/dispatcher@1.0.0
(export "[constructor]options" (func $"[constructor]options"))
(export "[method]options.set-props" (func $"indirect-tollgate:platform/dispatcher@1.0.0-[method]options.set-props"))
(export "[method]options.set-cpu-ms" (func $"[method]options.set-cpu-ms"))
(export "[method]options.set-subrequests" (func $"[method]options.set-subrequests"))
(export "get" (func $indirect-tollgate:platform/dispatcher@1.0.0-get))
(export "[resource-drop]options" (func $resource.drop))
(export "[async-lower][method]worker.fetch" (func $"indirect-tollgate:platform/dispatcher@1.0.0-[async-lower][method]worker.fetch"))
(export "[resource-drop]worker" (func $"#core-func15 resource.drop"))
(export "[method]dispatch-error.code" (func $"indirect-tollgate:platform/dispatcher@1.0.0-[method]dispatch-error.code"))
(export "[method]dispatch-error.message" (func $"indirect-tollgate:platform/dispatcher@1.0.0-[method]dispatch-error.message"))
(export "[resource-drop]dispatch-error" (func $"#core-func18 resource.drop"))
)
(alias core export $wit-component-shim-instance "6" (core func $"indirect-wasi:http/types@0.3.0-[method]request.get-authority"))
(alias export $wasi:http/types@0.3.0 "request" (type $"#type10 request" (@name "request")))
(core func $"#core-func20 resource.drop" (@name "resource.drop") (canon resource.drop $"#type10 request"))
(alias export $wasi:http/types@0.3.0 "[constructor]fields" (func $"[constructor]fields"))
(core func $"[constructor]fields" (canon lower (func $"[constructor]fields")))
(alias core export $wit-component-shim-instance "7" (core func $"indirect-wasi:http/types@0.3.0-[method]fields.append"))
(type (stream u8))
(core func $stream.new (canon stream.new 11))
(alias export $wasi:http/types@0.3.0 "trailers" (type $trailers))
(type (own $trailers))
(type (option 13))
(alias export $wasi:http/types@0.3.0 "error-code" (type $"#type15 error-code" (@name "error-code")))
(type (result 14 (error $"#type15 error-code")))
(type (future 16))
(core func $future.new (canon future.new 17))
(alias core export $wit-component-shim-instance "8" (core func $"indirect-wasi:http/types@0.3.0-[static]response.new"))
(alias export $wasi:http/types@0.3.0 "fields" (type $fields))
(core func $"#core-func26 resource.drop" (@name "resource.drop") (canon resource.drop $fields))
(type (result (error $"#type15 error-code")))
(type (future 19))
(core func $future.drop-readable (canon future.drop-readable 20))
(alias export $wasi:http/types@0.3.0 "[method]response.set-status-code" (func $"[method]response.set-status-code"))
(core func $"[method]response.set-status-code" (canon lower (func $"[method]response.set-status-code")))
(alias export $wasi:http/types@0.3.0 "response" (type $"#type21 response" (@name "response")))
(core func $"#core-func29 resource.drop" (@name "resource.drop") (canon resource.drop $"#type21 response"))
(alias core export $wit-component-shim-instance "9" (core func $"wasi:http/types@0.3.0-[future-read-1][static]request.new"))
(core func $future.cancel-read (canon future.cancel-read 17))
(alias core export $wit-component-shim-instance "10" (core func $"wasi:http/types@0.3.0-[future-write-1][static]request.new"))
(core func $future.cancel-write (canon future.cancel-write 17))
(core func $"#core-func34 future.drop-readable" (@name "future.drop-readable") (canon future.drop-readable 17))
(core func $future.drop-writable (canon future.drop-writable 17))
(alias core export $wit-component-shim-instance "11" (core func $"wasi:http/types@0.3.0-[stream-read-0][static]request.new"))
(core func $stream.cancel-read (canon stream.cancel-read 11))
(alias core export $wit-component-shim-instance "12" (core func $"wasi:http/types@0.3.0-[stream-write-0][static]request.new"))
(core func $stream.cancel-write (canon stream.cancel-write 11))
(core func $stream.drop-readable (canon stream.drop-readable 11))
(core func $stream.drop-writable (canon stream.drop-writable 11))
(core instance $wasi:http/types@0.3.0
(export "[method]request.get-authority" (func $"indirect-wasi:http/types@0.3.0-[method]request.get-authority"))
(export "[resource-drop]request" (func $"#core-func20 resource.drop"))
(export "[constructor]fields" (func $"[constructor]fields"))
(export "[method]fields.append" (func $"indirect-wasi:http/types@0.3.0-[method]fields.append"))
(export "[stream-new-0][static]request.new" (func $stream.new))
(export "[future-new-1][static]request.new" (func $future.new))
(export "[static]response.new" (func $"indirect-wasi:http/types@0.3.0-[static]response.new"))
(export "[resource-drop]fields" (func $"#core-func26 resource.drop"))
(export "[future-drop-readable-2][static]request.new" (func $future.drop-readable))
(export "[method]response.set-status-code" (func $"[method]response.set-status-code"))
(export "[resource-drop]response" (func $"#core-func29 resource.drop"))
(export "[async-lower][future-read-1][static]request.new" (func $"wasi:http/types@0.3.0-[future-read-1][static]request.new"))
(export "[future-cancel-read-1][static]request.new" (func $future.cancel-read))
(export "[async-lower][future-write-1][static]request.new" (func $"wasi:http/types@0.3.0-[future-write-1][static]request.new"))
(export "[future-cancel-write-1][static]request.new" (func $future.cancel-write))
(export "[future-drop-readable-1][static]request.new" (func $"#core-func34 future.drop-readable"))
(export "[future-drop-writable-1][static]request.new" (func $future.drop-writable))
(export "[async-lower][stream-read-0][static]request.new" (func $"wasi:http/types@0.3.0-[stream-read-0][static]request.new"))
(export "[stream-cancel-read-0][static]request.new" (func $stream.cancel-read))
(export "[async-lower][stream-write-0][static]request.new" (func $"wasi:http/types@0.3.0-[stream-write-0][static]request.new"))
(export "[stream-cancel-write-0][static]request.new" (func $stream.cancel-write))
(export "[stream-drop-readable-0][static]request.new" (func $stream.drop-readable))
(export "[stream-drop-writable-0][static]request.new" (func $stream.drop-writable))
)
(alias core export $wit-component-shim-instance "13" (core func $task-return-handle))
(core instance $"[export]wasi:http/handler@0.3.0"
(export "[task-return]handle" (func $task-return-handle))
)
(core func $task.cancel (canon task.cancel))
(core instance $"[export]$root"
(export "[task-cancel]" (func $task.cancel))
)
(core instance $main (instantiate $main
(with "$root" (instance $$root))
(with "tollgate:platform/dispatcher@1.0.0" (instance $tollgate:platform/dispatcher@1.0.0))
(with "wasi:http/types@0.3.0" (instance $wasi:http/types@0.3.0))
(with "[export]wasi:http/handler@0.3.0" (instance $"[export]wasi:http/handler@0.3.0"))
(with "[export]$root" (instance $"[export]$root"))
)
)
(alias core export $main "memory" (core memory $memory))
(alias core export $wit-component-shim-instance "$imports" (core table $"shim table"))
(core func $"#core-func44 waitable-set.poll" (@name "waitable-set.poll") (canon waitable-set.poll (memory $memory)))
(alias export $tollgate:platform/dispatcher@1.0.0 "[method]options.set-props" (func $"[method]options.set-props"))
(alias core export $main "cabi_realloc" (core func $realloc))
(core func $"#core-func46 indirect-tollgate:platform/dispatcher@1.0.0-[method]options.set-props" (@name "indirect-tollgate:platform/dispatcher@1.0.0-[method]options.set-props") (canon lower (func $"[method]options.set-props") (memory $memory) string-encoding=utf8))
(alias export $tollgate:platform/dispatcher@1.0.0 "get" (func $get))
(core func $"#core-func47 indirect-tollgate:platform/dispatcher@1.0.0-get" (@name "indirect-tollgate:platform/dispatcher@1.0.0-get") (canon lower (func $get) (memory $memory) string-encoding=utf8))
(alias export $tollgate:platform/dispatcher@1.0.0 "[method]worker.fetch" (func $"[method]worker.fetch"))
(core func $"#core-func48 indirect-tollgate:platform/dispatcher@1.0.0-[async-lower][method]worker.fetch" (@name "indirect-tollgate:platform/dispatcher@1.0.0-[async-lower][method]worker.fetch") (canon lower (func $"[method]worker.fetch") (memory $memory) async))
(alias export $tollgate:platform/dispatcher@1.0.0 "[method]dispatch-error.code" (func $"[method]dispatch-error.code"))
(core func $"#core-func49 indirect-tollgate:platform/dispatcher@1.0.0-[method]dispatch-error.code" (@name "indirect-tollgate:platform/dispatcher@1.0.0-[method]dispatch-error.code") (canon lower (func $"[method]dispatch-error.code") (memory $memory) (realloc $realloc) string-encoding=utf8))
(alias export $tollgate:platform/dispatcher@1.0.0 "[method]dispatch-error.message" (func $"[method]dispatch-error.message"))
(core func $"#core-func50 indirect-tollgate:platform/dispatcher@1.0.0-[method]dispatch-error.message" (@name "indirect-tollgate:platform/dispatcher@1.0.0-[method]dispatch-error.message") (canon lower (func $"[method]dispatch-error.message") (memory $memory) (realloc $realloc) string-encoding=utf8))
(alias export $wasi:http/types@0.3.0 "[method]request.get-authority" (func $"[method]request.get-authority"))
(core func $"#core-func51 indirect-wasi:http/types@0.3.0-[method]request.get-authority" (@name "indirect-wasi:http/types@0.3.0-[method]request.get-authority") (canon lower (func $"[method]request.get-authority") (memory $memory) (realloc $realloc) string-encoding=utf8))
(alias export $wasi:http/types@0.3.0 "[method]fields.append" (func $"[method]fields.append"))
(core func $"#core-func52 indirect-wasi:http/types@0.3.0-[method]fields.append" (@name "indirect-wasi:http/types@0.3.0-[method]fields.append") (canon lower (func $"[method]fields.append") (memory $memory) (realloc $realloc) string-encoding=utf8))
(alias export $wasi:http/types@0.3.0 "[static]response.new" (func $"[static]response.new"))
(core func $"#core-func53 indirect-wasi:http/types@0.3.0-[static]response.new" (@name "indirect-wasi:http/types@0.3.0-[static]response.new") (canon lower (func $"[static]response.new") (memory $memory)))
(core func $future.read (canon future.read 17 (memory $memory) (realloc $realloc) string-encoding=utf8 async))
(core func $future.write (canon future.write 17 (memory $memory) string-encoding=utf8 async))
(core func $stream.read (canon stream.read 11 (memory $memory) async))
(core func $stream.write (canon stream.write 11 (memory $memory) async))
(type (own $"#type5 response"))
(type (result 22 (error $error-code)))
(core func $task.return (canon task.return (result 23) (memory $memory) string-encoding=utf8))
(core instance $fixup-args
(export "$imports" (table $"shim table"))
(export "0" (func $"#core-func44 waitable-set.poll"))
(export "1" (func $"#core-func46 indirect-tollgate:platform/dispatcher@1.0.0-[method]options.set-props"))
(export "2" (func $"#core-func47 indirect-tollgate:platform/dispatcher@1.0.0-get"))
(export "3" (func $"#core-func48 indirect-tollgate:platform/dispatcher@1.0.0-[async-lower][method]worker.fetch"))
(export "4" (func $"#core-func49 indirect-tollgate:platform/dispatcher@1.0.0-[method]dispatch-error.code"))
(export "5" (func $"#core-func50 indirect-tollgate:platform/dispatcher@1.0.0-[method]dispatch-error.message"))
(export "6" (func $"#core-func51 indirect-wasi:http/types@0.3.0-[method]request.get-authority"))
(export "7" (func $"#core-func52 indirect-wasi:http/types@0.3.0-[method]fields.append"))
(export "8" (func $"#core-func53 indirect-wasi:http/types@0.3.0-[static]response.new"))
(export "9" (func $future.read))
(export "10" (func $future.write))
(export "11" (func $stream.read))
(export "12" (func $stream.write))
(export "13" (func $task.return))
)
(core instance $fixup (instantiate $wit-component-fixup
(with "" (instance $fixup-args))
)
)
(type (own $"#type4 request"))
(type (func async (param "request" 24) (result 23)))
(alias core export $main "[async-lift]wasi:http/handler@0.3.0#handle" (core func $"[async-lift]wasi:http/handler@0.3.0#handle"))
(alias core export $main "[callback][async-lift]wasi:http/handler@0.3.0#handle" (core func $"[callback][async-lift]wasi:http/handler@0.3.0#handle"))
(func $handle (type 25) (canon lift (core func $"[async-lift]wasi:http/handler@0.3.0#handle") (memory $memory) string-encoding=utf8 async (callback $"[callback][async-lift]wasi:http/handler@0.3.0#handle")))
(alias export $wasi:http/types@0.3.0 "request" (type $"#type26 request" (@name "request")))
(alias export $wasi:http/types@0.3.0 "response" (type $"#type27 response" (@name "response")))
(alias export $wasi:http/types@0.3.0 "DNS-error-payload" (type $DNS-error-payload))
(alias export $wasi:http/types@0.3.0 "TLS-alert-received-payload" (type $TLS-alert-received-payload))
(alias export $wasi:http/types@0.3.0 "field-size-payload" (type $field-size-payload))
(component $wasi:http/handler@0.3.0-shim-component
(import "import-type-request" (type (sub resource)))
(import "import-type-response" (type (sub resource)))
(type (option string))
(type (option u16))
(type (record (field "rcode" 2) (field "info-code" 3)))
(import "import-type-DNS-error-payload" (type (eq 4)))
(type (option u8))
(type (record (field "alert-id" 6) (field "alert-message" 2)))
(import "import-type-TLS-alert-received-payload" (type (eq 7)))
(type (option u32))
(type (record (field "field-name" 2) (field "field-size" 9)))
(import "import-type-field-size-payload" (type (eq 10)))
(type (option u64))
(type (option 11))
(type (variant (case "DNS-timeout") (case "DNS-error" 5) (case "destination-not-found") (case "destination-unavailable") (case "destination-IP-prohibited") (case "destination-IP-unroutable") (case "connection-refused") (case "connection-terminated") (case "connection-timeout") (case "connection-read-timeout") (case "connection-write-timeout") (case "connection-limit-reached") (case "TLS-protocol-error") (case "TLS-certificate-error") (case "TLS-alert-received" 8) (case "HTTP-request-denied") (case "HTTP-request-length-required") (case "HTTP-request-body-size" 12) (case "HTTP-request-method-invalid") (case "HTTP-request-URI-invalid") (case "HTTP-request-URI-too-long") (case "HTTP-request-header-section-size" 9) (case "HTTP-request-header-size" 13) (case "HTTP-request-trailer-section-size" 9) (case "HTTP-request-trailer-size" 11) (case "HTTP-response-incomplete") (case "HTTP-response-header-section-size" 9) (case "HTTP-response-header-size" 11) (case "HTTP-response-body-size" 12) (case "HTTP-response-trailer-section-size" 9) (case "HTTP-response-trailer-size" 11) (case "HTTP-response-transfer-coding" 2) (case "HTTP-response-content-coding" 2) (case "HTTP-response-timeout") (case "HTTP-upgrade-failed") (case "HTTP-protocol-error") (case "loop-detected") (case "configuration-error") (case "internal-error" 2)))
(import "import-type-error-code" (type (eq 14)))
(import "import-type-request0" (type (eq 0)))
(type (own 16))
(import "import-type-response0" (type (eq 1)))
(type (own 18))
(import "import-type-error-code0" (type (eq 15)))
(type (result 19 (error 20)))
(type (func async (param "request" 17) (result 21)))
(import "import-func-handle" (func (type 22)))
(export "request" (type 0))
(export "response" (type 1))
(export "error-code" (type 15))
(type (own 23))
(type (own 24))
(type (result 27 (error 25)))
(type (func async (param "request" 26) (result 28)))
(export "handle" (func 0) (func (type 29)))
)
(instance $wasi:http/handler@0.3.0-shim-instance (instantiate $wasi:http/handler@0.3.0-shim-component
(with "import-func-handle" (func $handle))
(with "import-type-request" (type $"#type26 request"))
(with "import-type-response" (type $"#type27 response"))
(with "import-type-DNS-error-payload" (type $DNS-error-payload))
(with "import-type-TLS-alert-received-payload" (type $TLS-alert-received-payload))
(with "import-type-field-size-payload" (type $field-size-payload))
(with "import-type-error-code" (type $"#type15 error-code"))
(with "import-type-request0" (type $"#type4 request"))
(with "import-type-response0" (type $"#type5 response"))
(with "import-type-error-code0" (type $error-code))
)
)
(export $wasi:http/handler@0.3.0 "wasi:http/handler@0.3.0" (instance $wasi:http/handler@0.3.0-shim-instance))
)
