//! The instructions that refuse a name: `(name, length, handle) -> error`.

use wasm_encoder::{BlockType, Function, InstructionSink, MemArg, ValType};

use super::{BYTE, address};
use crate::bindings::NAME_CHARS;
use crate::constant::Constant;
use crate::image::Image;
use crate::module::Answering;

const NAME: u32 = 0;
const LENGTH: u32 = 1;
const HANDLE: u32 = 2;
/// Bytes of the name that are copied.
const PLACE: u32 = 3;
const CHARS: u32 = 4;
const LETTER: u32 = 5;

/// The function's body; none where the value is not of its type. Each call ends the open text anew: what the last one gave was
/// read when it returned.
pub(super) fn body(image: &mut Image<'_>, one: &Answering, value: &Constant, drop: u32) -> Option<Function> {
    let at = image.put(one.result.as_ref()?, value)?;
    let open = image.open.filter(|_| one.signature.retptr)?;
    let (text, begun) = (image.memory.scalar(open, 4), image.memory.scalar(open + 4, 4));
    let room = MemArg { offset: text + begun, ..BYTE };
    let mut function = Function::new([(3, ValType::I32)]);
    let mut code = function.instructions();
    code.local_get(HANDLE).call(drop);
    copy(&mut code, room);
    code.local_get(PLACE).i32_const(i32::from(b'"')).i32_store8(room);
    let length = i32::try_from(begun + 1).ok()?;
    let word = MemArg { align: 2, ..BYTE };
    code.i32_const(address(open + 4)).local_get(PLACE).i32_const(length).i32_add().i32_store(word);
    code.i32_const(address(at)).end();
    Some(function)
}

/// Copies as many characters of the name as there is room for, and none in part.
fn copy(code: &mut InstructionSink<'_>, room: MemArg) {
    code.block(BlockType::Empty).loop_(BlockType::Empty);
    code.local_get(PLACE).local_get(LENGTH).i32_ge_u().br_if(1);
    code.local_get(NAME).local_get(PLACE).i32_add().i32_load8_u(BYTE).local_tee(LETTER);
    // Every byte begins a character in UTF-8, but those of the form 10xxxxxx.
    code.i32_const(0xc0).i32_and().i32_const(0x80).i32_ne();
    code.local_get(CHARS).i32_add().local_tee(CHARS).i32_const(address(NAME_CHARS)).i32_gt_u().br_if(1);
    code.local_get(PLACE).local_get(LETTER).i32_store8(room);
    code.local_get(PLACE).i32_const(1).i32_add().local_set(PLACE).br(0);
    code.end().end();
}
