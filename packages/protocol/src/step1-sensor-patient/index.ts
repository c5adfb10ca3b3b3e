export { Fragmenter, fragmentLength, largestMtu, leastMtu, maxMessageLength } from './fragmentation.ts';
export { decodeStep1Message, encodeStep1Message, readingOf, type Step1Message } from './message.ts';
export { type Reassembled, Reassembler } from './reassembly.ts';
