// Bounds on what a peer who has proved nothing yet may make us decode. RFC 9528 sets none; section 9.7 asks for them.

/**
 * Bytes of each message. A chain of certificates fits message_2 and message_3. PLAINTEXT_2 is masked by one HKDF-Expand,
 * which ends after 255 hashes, 8160 bytes (RFC 9528 section 4.1.2): message_2 stays below.
 */
export const maximumMessageLength = {
  message1: 512,
  message2: 8192,
  message3: 8192,
  message4: 512,
  error: 512,
} as const;

export const maximumConnectionIdLength = 32;
export const maximumChainLength = 4;
/** Of all certificates of a chain; leaves room in message_2 and message_3 for what stands beside them. */
export const maximumChainBytes = 7168;
export const maximumSuites = 16;
