// Bounds on what a peer who has proved nothing yet may make us decode. RFC 9528 sets none; section 9.7 asks for them.

/** Bytes of each message: a chain of four certificates fits message_2 and message_3, nothing does the others. */
export const maximumMessageLength = {
  message1: 512,
  message2: 8192,
  message3: 8192,
  message4: 512,
  error: 512,
} as const;

/** PLAINTEXT_2 is masked by one HKDF-Expand, which ends after 255 hashes (RFC 9528 section 4.1.2). */
export const maximumPlaintext2Length = 8160;

export const maximumConnectionIdLength = 32;
export const maximumChainLength = 4;
export const maximumSuites = 16;
