export { decodeStep2Message, encodeStep2Message, type Step2Message } from './message.ts';
