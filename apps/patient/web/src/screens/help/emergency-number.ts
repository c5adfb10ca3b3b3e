// The number that every mobile network of GSM and its successors connects to the emergency service where one is, whatever
// the local number is (3GPP TS 22.101, chapter 10).
export const emergencyNumber = '112';
export const telephone = `tel:${emergencyNumber}`;
