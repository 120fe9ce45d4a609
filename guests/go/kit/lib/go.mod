// The helper library. The packages of `wit_component` are the project's own bindings, which kit/build has generated.
module tollgate

go 1.27.1
