/** CRC-16 with polynomial 0x1021 and start 0xFFFF, most significant bit first (CRC-16/IBM-3740, "CCITT-FALSE"): "123456789" gives 0x29B1. */

const TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let value = byte << 8;
  for (let bit = 0; bit < 8; bit++) value = (value & 0x8000) !== 0 ? (value << 1) ^ 0x1021 : value << 1;
  return value;
});

export function crc16(bytes: Uint8Array, length = bytes.length): number {
  let value = 0xffff;
  for (let index = 0; index < length; index++) value = ((value << 8) & 0xffff) ^ TABLE[(value >> 8) ^ bytes[index]!]!;
  return value;
}
