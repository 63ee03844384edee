// @ts-check
// How large an image is, from the first bytes of its file, before anything is unpacked. Pure: bytes to numbers.

const PNG = 0x89504e47,
  JPEG = 0xffd8;
const NOT_A_FRAME = [0xc4, 0xc8, 0xcc]; // tables lie among the frames' markers

/**
 * Width and height in a PNG's or JPEG's header; null where there is none.
 * Sources: PNG (ISO 15948) 11.2.2; JPEG (ITU T.81) B.2.2.
 * @param {Uint8Array} bytes @returns {[number, number] | null}
 */
export function imageSize(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.byteLength >= 24 && view.getUint32(0) === PNG) return [view.getUint32(16), view.getUint32(20)];
  return view.byteLength >= 4 && view.getUint16(0) === JPEG ? jpegSize(view) : null;
}

/** @param {DataView} view @returns {[number, number] | null} */
function jpegSize(view) {
  for (let at = 2; at + 9 <= view.byteLength && view.getUint8(at) === 0xff; ) {
    const marker = view.getUint8(at + 1);
    if (marker >= 0xc0 && marker <= 0xcf && !NOT_A_FRAME.includes(marker))
      return [view.getUint16(at + 7), view.getUint16(at + 5)];
    at += marker === 0xff ? 1 : 2 + Math.max(2, view.getUint16(at + 2)); // a segment's length counts its own two bytes
  }
  return null;
}
