// Numbers of the Bluetooth Core specification that are used here.

/** Volume 3 part F 3.4.1.1. */
export const att = { success: 0, insufficientAuthentication: 5, unlikely: 14, insufficientEncryption: 15 } as const;

/** Volume 3 part F 3.2.9. */
export const largestValue = 512;

/** What one packet of this MTU has room for beside its opcode and handle. */
export const roomFor = (mtu: number) => Math.min(largestValue, mtu - 3);

/** Volume 3 part H 3.5.1 and 3.5.5. */
export const smp = {
  displayOnly: 0,
  displayYesNo: 1,
  keyboardOnly: 2,
  noInputNoOutput: 3,
  keyboardDisplay: 4,
  passkeyEntryFailed: 1,
  authenticationRequirements: 3,
  numericComparisonFailed: 12,
} as const;

/** How the two ends of a pairing make sure of each other, as the host stack numbers it. */
export const association = { justWorks: 0, initiatorEnters: 1, responderEnters: 2, bothEnter: 3, compare: 4 } as const;
