// Tag, length, value: ISO 7816-4's BER-TLV, and the toolkit's COMPREHENSION-TLV (TS 101 220 section 7.1).

export * from './ber-tlv.ts';
export * from './comprehension-tlv.ts';
