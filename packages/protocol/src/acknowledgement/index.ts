export {
  type AcknowledgedRecord,
  type Acknowledgement,
  decodeAcknowledgement,
  encodeAcknowledgement,
  type Outcome,
  outcomes,
} from './acknowledgement.ts';
export { joinResults, separateResults } from './joined-results.ts';
