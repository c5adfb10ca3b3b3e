export {
  type AcknowledgedRecord,
  type Acknowledgement,
  decodeAcknowledgement,
  encodeAcknowledgement,
  type Outcome,
  outcomes,
} from './acknowledgement.ts';
