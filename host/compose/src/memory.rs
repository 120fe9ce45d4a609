//! A component's memory as it is before the component runs.

/// Where it begins to be used: no address is null, and every alignment divides it.
pub(crate) const BASE: usize = 16;

/// What lies from [`BASE`] on.
#[derive(Debug, Default)]
pub(crate) struct Memory(Vec<u8>);

impl Memory {
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// The first address behind it that every alignment divides.
    pub(crate) fn end(&self) -> usize {
        (BASE + self.0.len()).next_multiple_of(BASE)
    }

    /// The bytes of a scalar, as an integer.
    pub(crate) fn scalar(&self, at: usize, size: usize) -> u64 {
        let bytes = self.0.iter().skip(at - BASE).take(size);
        bytes.rev().fold(0, |number, byte| number << 8 | u64::from(*byte))
    }

    /// Room at the end, filled with zeros: its address.
    pub(crate) fn room(&mut self, size: usize, align: usize) -> usize {
        let at = (BASE + self.0.len()).next_multiple_of(align);
        self.0.resize(at + size - BASE, 0);
        at
    }

    pub(crate) fn text(&mut self, text: &str) -> usize {
        let at = self.room(text.len(), 1);
        self.write(at, text.as_bytes());
        at
    }

    /// A list's or a string's: where, and how many.
    pub(crate) fn reference(&mut self, place: usize, length: usize, at: usize) {
        self.number(place as u64, 4, at);
        self.number(length as u64, 4, at + 4);
    }

    pub(crate) fn number(&mut self, bits: u64, size: usize, at: usize) {
        let bytes = bits.to_le_bytes();
        self.write(at, bytes.get(..size).unwrap_or(&bytes));
    }

    pub(crate) fn write(&mut self, at: usize, bytes: &[u8]) {
        let room = self.0.iter_mut().skip(at - BASE);
        room.zip(bytes).for_each(|(room, byte)| *room = *byte);
    }
}
