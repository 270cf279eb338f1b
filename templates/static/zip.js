// Several files as one zip archive, uncompressed. It is the same for the same files, so that an upload can be gone on
// with; and its bytes stay where they are on the disk until they are sent.

const LARGEST = 0xffffffff;
const LARGEST_COUNT = 0xffff;
const UTF8 = 0x0800;
const VERSION = 45;
const FIRST_OF_1980 = 0x21; // of 1 January 1980: the time of a file is no part of its text

const TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  return value;
});

async function checksum(file) {
  let value = 0xffffffff;
  const reader = file.stream().getReader();
  for (;;) {
    const { done, value: bytes } = await reader.read();
    if (done) return (value ^ 0xffffffff) >>> 0;
    for (const byte of bytes) value = TABLE[(value ^ byte) & 0xff] ^ (value >>> 8);
  }
}

// Numbers of 2, 4 or 8 bytes, little-endian: [[size, value], ...].
function packed(numbers) {
  const view = new DataView(new ArrayBuffer(numbers.reduce((sum, [size]) => sum + size, 0)));
  let place = 0;
  for (const [size, value] of numbers) {
    if (size === 2) view.setUint16(place, value, true);
    else if (size === 4) view.setUint32(place, value, true);
    else view.setBigUint64(place, BigInt(value), true);
    place += size;
  }
  return view;
}

// The end of the directory, in the form for many entries where there are so many (APPNOTE 4.3.14 to 4.3.16).
function ends(count, size, start) {
  const many = count >= LARGEST_COUNT;
  const usual = packed([[4, 0x06054b50], [2, 0], [2, 0], [2, many ? LARGEST_COUNT : count], [2, many ? LARGEST_COUNT : count], [4, size], [4, start], [2, 0]]);
  if (!many) return [usual];
  const record = packed([[4, 0x06064b50], [8, 44], [2, VERSION], [2, VERSION], [4, 0], [4, 0], [8, count], [8, count], [8, size], [8, start]]);
  const locator = packed([[4, 0x07064b50], [4, 0], [8, start + size], [4, 1]]);
  return [record, locator, usual];
}

function nameOf(file) {
  return file.webkitRelativePath || file.name;
}

// A name for the whole: the folder's, or how many files there are.
function nameOfAll(files) {
  const folders = new Set(files.map((file) => (file.webkitRelativePath || "/").split("/")[0]));
  const [folder] = folders;
  return folders.size === 1 && folder ? `${folder}.zip` : `${files.length} files.zip`;
}

export async function asZip(files) {
  const sorted = [...files].sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  const parts = [];
  const directory = [];
  let place = 0;
  for (const file of sorted) {
    const name = new TextEncoder().encode(nameOf(file));
    const sum = await checksum(file);
    const facts = [[2, 0], [2, 0], [2, FIRST_OF_1980], [4, sum], [4, file.size], [4, file.size], [2, name.length], [2, 0]];
    const header = packed([[4, 0x04034b50], [2, VERSION], [2, UTF8], ...facts]);
    parts.push(header, name, file);
    directory.push(packed([[4, 0x02014b50], [2, VERSION], [2, VERSION], [2, UTF8], ...facts, [2, 0], [2, 0], [2, 0], [4, 0], [4, place]]), name);
    place += header.byteLength + name.length + file.size;
    if (place > LARGEST) throw new Error("The files have more than 4 GiB together. Send them in parts, or as a zip of your own.");
  }
  const size = directory.reduce((sum, part) => sum + part.byteLength, 0);
  return new File([...parts, ...directory, ...ends(sorted.length, size, place)], nameOfAll(sorted));
}
