// The MHA's commands by number. Interindustry ones (class 00) are those of ISO/IEC 7816-4, with data objects of its
// proprietary range 0100 to 01FF; class 80 is the MHA's own, clear of the toolkit's and GlobalPlatform's instructions.

export const classes = { interindustry: 0x00, proprietary: 0x80 } as const;

export const mhaInstructions = {
  answerSensorHandshake: 0x30,
  takeSensorRecords: 0x32,
  enterReading: 0x34,
  retryRefused: 0x36,
  takeReports: 0x38,
  takeRequest: 0x3a,
  giveAnswer: 0x3c,
  bondWithCode: 0x40,
  forgetSensor: 0x42,
  takeStandardReading: 0x3e,
  readDiary: 0x44,
  callForHelp: 0x46,
  changeConsent: 0x48,
  tellPlace: 0x4a,
} as const;

/** P1-P2 of GET DATA and PUT DATA. */
export const dataObjects = {
  certificates: 0x0101,
  revocationList: 0x0102,
  renewal: 0x0103,
  bonds: 0x0104,
  hospitalAddress: 0x0105,
  duty: 0x0106,
  display: 0x0107,
  consent: 0x0108,
  lastRefusal: 0x010f,
} as const;
