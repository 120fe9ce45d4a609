//! The instructions of a generated component's functions.

mod refusal;

use wasm_encoder::{BlockType, Function, InstructionSink, MemArg, ValType};
use wit_parser::abi::WasmType;

use crate::answers::{Answer, Spelling};
use crate::constant::Constant;
use crate::image::Image;
use crate::module::Answering;

/// A byte, wherever it lies.
const BYTE: MemArg = MemArg { offset: 0, align: 0, memory_index: 0 };

/// The function's body; none where its answer is not of its type.
pub(crate) fn body(image: &mut Image<'_>, one: &Answering, same: u32, intrinsic: Option<u32>) -> Option<Function> {
    let mut function = Function::new([]);
    let mut code = function.instructions();
    match (&one.answer, intrinsic) {
        (Answer::Always(value), _) => give(&mut code, image, one, value)?,
        (Answer::ByName { table, otherwise, spelling }, _) => {
            for (name, value) in table {
                asked_for(&mut code, image, name, *spelling, same);
                give(&mut code, image, one, value)?;
                code.return_().end();
            }
            give(&mut code, image, one, otherwise)?;
        }
        (Answer::Handle, Some(new)) => {
            code.i32_const(0).call(new);
        }
        (Answer::Refusal(value), Some(drop)) => return refusal::body(image, one, value, drop),
        (Answer::Handle | Answer::Refusal(_), None) => return None,
        (Answer::Trap, _) => {
            code.unreachable();
        }
    }
    code.end();
    Some(function)
}

/// Begins what is done where the name, the first argument, is this one.
fn asked_for(code: &mut InstructionSink<'_>, image: &mut Image<'_>, name: &str, spelling: Spelling, same: u32) {
    let place = image.memory.text(name);
    let dashes = i32::from(spelling == Spelling::Dashes);
    code.local_get(1).i32_const(address(name.len())).i32_eq();
    code.if_(BlockType::Result(ValType::I32));
    code.local_get(0).local_get(1).i32_const(address(place)).i32_const(dashes).call(same);
    code.else_().i32_const(0).end();
    code.if_(BlockType::Empty);
}

/// Leaves the value on the stack: what is one number there as it is, everything else by its address.
fn give(code: &mut InstructionSink<'_>, image: &mut Image<'_>, one: &Answering, value: &Constant) -> Option<()> {
    let of = one.result.as_ref()?;
    let at = image.put(of, value)?;
    if one.signature.retptr {
        code.i32_const(address(at));
        return Some(());
    }
    // A type that is one number on the stack is that number in memory, too, and nothing else.
    let bits = image.memory.scalar(at, image.size(of));
    let low = u32::try_from(bits & u64::from(u32::MAX)).ok()?;
    match one.signature.results.first()? {
        WasmType::I64 | WasmType::PointerOrI64 => code.i64_const(bits.cast_signed()),
        WasmType::F32 => code.f32_const(f32::from_bits(low).into()),
        WasmType::F64 => code.f64_const(f64::from_bits(bits).into()),
        WasmType::I32 | WasmType::Pointer | WasmType::Length => code.i32_const(low.cast_signed()),
    };
    Some(())
}

/// `(text, length, other, dashes) -> equal`: whether two texts of this length are equal, with `-` for each `_` of the first
/// where `dashes` is 1.
pub(crate) fn same() -> Function {
    let [text, length, other, dashes, place, letter]: [u32; 6] = [0, 1, 2, 3, 4, 5];
    let mut function = Function::new([(2, ValType::I32)]);
    let mut code = function.instructions();
    code.block(BlockType::Empty).loop_(BlockType::Empty);
    code.local_get(place).local_get(length).i32_ge_u();
    code.if_(BlockType::Empty).i32_const(1).return_().end();
    code.local_get(text).local_get(place).i32_add().i32_load8_u(BYTE).local_set(letter);
    code.i32_const(i32::from(b'-')).local_get(letter);
    code.local_get(letter).i32_const(i32::from(b'_')).i32_eq().local_get(dashes).i32_and().select();
    code.local_get(other).local_get(place).i32_add().i32_load8_u(BYTE);
    code.i32_ne().br_if(1);
    code.local_get(place).i32_const(1).i32_add().local_set(place).br(0);
    code.end().end().i32_const(0).end();
    function
}

/// `cabi_realloc`. Every argument lies at the same place, behind the image: a function is done with its own before the next
/// is called, and reads none but a name. So an instance that serves for months grows no further than its longest name.
pub(crate) fn realloc(end: usize) -> Function {
    let [size, missing]: [u32; 2] = [3, 4];
    let mut function = Function::new([(1, ValType::I32)]);
    let mut code = function.instructions();
    // Pages up to the argument's end, without those that are there.
    code.local_get(size).i32_const(address(end + 0xffff)).i32_add().i32_const(16).i32_shr_u();
    code.memory_size(0).i32_sub().local_tee(missing).i32_const(0).i32_gt_s();
    code.if_(BlockType::Empty).local_get(missing).memory_grow(0).i32_const(-1).i32_eq();
    code.if_(BlockType::Empty).unreachable().end().end();
    code.i32_const(address(end)).end();
    function
}

/// An address or a length as code has it. What is composed is far smaller than a memory may be.
pub(crate) fn address(at: usize) -> i32 {
    u32::try_from(at).unwrap_or(u32::MAX).cast_signed()
}

#[cfg(test)]
#[allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]
mod tests {
    use serde_json::{Value, json};
    use wasm_encoder::Encode as _;
    use wit_parser::Resolve;
    use wit_parser::abi::AbiVariant;

    use super::*;

    fn bytes(function: &Function) -> Vec<u8> {
        let mut bytes = Vec::new();
        function.encode(&mut bytes);
        bytes
    }

    /// The body of a function that gives this value of this type, a type of WIT that `declared` may name.
    fn gives(declared: &str, of: &str, value: &Value) -> Vec<u8> {
        let text = format!("package a:b; interface c {{ {declared} p: func() -> {of}; }}");
        let mut resolve = Resolve::default();
        let package = resolve.push_source("a.wit", &text).unwrap();
        let (_, interface) = resolve.packages[package].interfaces.first().unwrap();
        let function = &resolve.interfaces[*interface].functions["p"];
        let kind = tollgate_types::type_of_world(&resolve, &function.result.unwrap()).unwrap();
        let one = Answering {
            export: "p".to_owned(),
            signature: resolve.wasm_signature(AbiVariant::GuestExport, function),
            result: function.result,
            answer: Answer::Always(Constant::typed(&kind, value).unwrap()),
            intrinsic: None,
        };
        bytes(&body(&mut Image::new(&resolve), &one, 0, None).unwrap())
    }

    fn code(write: impl FnOnce(&mut InstructionSink<'_>)) -> Vec<u8> {
        let mut function = Function::new([]);
        write(&mut function.instructions());
        function.instructions().end();
        bytes(&function)
    }

    fn word(value: i32) -> Vec<u8> {
        code(|code| _ = code.i32_const(value))
    }

    #[test]
    fn what_is_one_number_is_given_as_it_is() {
        assert_eq!(gives("", "bool", &json!(true)), word(1));
        assert_eq!(gives("", "u8", &json!(255)), word(255));
        assert_eq!(gives("", "u32", &json!(u32::MAX)), word(-1));
        assert_eq!(gives("", "s32", &json!(-2)), word(-2));
        assert_eq!(gives("", "char", &json!("ß")), word(0xdf));
        assert_eq!(gives("", "u64", &json!(u64::MAX)), code(|code| _ = code.i64_const(-1)));
        assert_eq!(gives("", "f32", &json!(1.5)), code(|code| _ = code.f32_const(1.5f32.into())));
        assert_eq!(gives("", "f64", &json!(-2.25)), code(|code| _ = code.f64_const((-2.25f64).into())));
        assert_eq!(gives("", "tuple<s64>", &json!([-3])), code(|code| _ = code.i64_const(-3)));
        assert_eq!(gives("enum e { a, b }", "e", &json!("b")), word(1));
        assert_eq!(gives("flags f { a, b, c, d, e, f, g, h, i }", "f", &json!(["a", "i"])), word(0x101));
        assert_eq!(gives("record r { x: u16 }", "r", &json!({ "x": 7 })), word(7));
    }

    #[test]
    fn what_is_more_is_given_by_its_address() {
        // The first thing in memory.
        assert_eq!(gives("", "string", &json!("a")), word(16));
        assert_eq!(gives("", "option<u8>", &json!(null)), word(16));
        assert_eq!(gives("", "tuple<u8, u8>", &json!([1, 2])), word(16));
    }
}
