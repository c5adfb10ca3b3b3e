// What the terminal says of a command: TS 102 223 section 8.12. 0X: done; 1X and 2X: try again perhaps; 3X: do not.

export const generalResults = {
  performed: 0x00,
  performedWithPartialComprehension: 0x01,
  performedWithMissingInformation: 0x02,
  performedWithAdditionalFilesRead: 0x03,
  performedWithoutIcon: 0x04,
  performedModifiedByCallControl: 0x05,
  performedWithLimitedService: 0x06,
  performedWithModification: 0x07,
  performedNaaNotActive: 0x08,
  performedToneNotPlayed: 0x09,
  sessionTerminatedByUser: 0x10,
  backwardMove: 0x11,
  noResponseFromUser: 0x12,
  helpRequired: 0x13,
  transactionTerminatedByUser: 0x14,
  terminalBusy: 0x20,
  networkBusy: 0x21,
  notAcceptedByUser: 0x22,
  clearedByUser: 0x23,
  contradictsTimerState: 0x24,
  callControlTemporaryProblem: 0x25,
  browserError: 0x26,
  mmsTemporaryProblem: 0x27,
  beyondCapabilities: 0x30,
  typeNotUnderstood: 0x31,
  dataNotUnderstood: 0x32,
  numberNotKnown: 0x33,
  ssReturnError: 0x34,
  smsRpError: 0x35,
  requiredValuesMissing: 0x36,
  ussdReturnError: 0x37,
  multipleCardError: 0x38,
  callControlPermanentProblem: 0x39,
  bearerIndependentProtocolError: 0x3a,
  accessTechnologyUnable: 0x3b,
  framesError: 0x3c,
  mmsError: 0x3d,
} as const;

/** Additional information on a bearer independent protocol error: section 8.12.11. */
export const bearerIndependentProtocolErrors = {
  noSpecificCause: 0x00,
  noChannelAvailable: 0x01,
  channelClosed: 0x02,
  channelIdentifierNotValid: 0x03,
  bufferSizeNotAvailable: 0x04,
  securityError: 0x05,
  transportLevelNotAvailable: 0x06,
  remoteDeviceNotReachable: 0x07,
  serviceError: 0x08,
  serviceIdentifierUnknown: 0x09,
  portNotAvailable: 0x10,
  launchParametersMissing: 0x11,
  applicationLaunchFailed: 0x12,
} as const;

/** The command was done, if not in every detail. */
export function isPerformed(general: number): boolean {
  return general >> 4 === 0;
}
