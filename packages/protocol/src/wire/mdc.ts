// The nomenclature of IEEE 11073-10101 for the seven parameters of NEWS2, and for what else standard sensors measure:
// partition << 16 | term.

const privatePartition = 1024 << 16;

/** What is measured. */
export const mdc = {
  /** MDC_ECG_HEART_RATE, 2::16770 */
  heartRate: 147842,
  /** MDC_PULS_OXIM_SAT_O2, 2::19384 */
  pulseOximetrySaturation: 150456,
  /** MDC_RESP_RATE, 2::20490 */
  respirationRate: 151562,
  /** MDC_PRESS_CUFF_SYS, 2::18949 */
  systolic: 150021,
  /** MDC_PRESS_CUFF_DIA, 2::18950 */
  diastolic: 150022,
  /** MDC_TEMP_BODY, 2::19292 */
  bodyTemperature: 150364,
  /** MDC_PULS_OXIM_PULS_RATE, 2::18458: of a pulse oximeter. */
  pulseRate: 149530,
  /** MDC_PULS_RATE_NON_INV, 2::18474: of a blood pressure cuff. */
  pulseRateOfCuff: 149546,
  /** MDC_PRESS_CUFF_MEAN, 2::18951 */
  meanPressure: 150023,
  /** MDC_SAT_O2_QUAL, 2::19248: perfusion under the oximeter. */
  pulseAmplitude: 150320,
  /** MDC_MASS_BODY_ACTUAL, 2::57664 */
  bodyMass: 188736,
  /** MDC_LEN_BODY_ACTUAL, 2::57668 */
  bodyLength: 188740,
  /** MDC_RATIO_MASS_BODY_LEN_SQ, 2::57680 */
  bodyMassIndex: 188752,
  /** MDC_CONC_GLU_GEN, 2::28948: glucose of a sample of unknown kind. */
  glucose: 160020,
  /** MDC_CONC_GLU_CAPILLARY_WHOLEBLOOD, 2::29112 */
  glucoseCapillaryBlood: 160184,
  /** MDC_CONC_GLU_CAPILLARY_PLASMA, 2::29116 */
  glucoseCapillaryPlasma: 160188,
  /** MDC_CONC_GLU_VENOUS_WHOLEBLOOD, 2::29120 */
  glucoseVenousBlood: 160192,
  /** MDC_CONC_GLU_VENOUS_PLASMA, 2::29124 */
  glucoseVenousPlasma: 160196,
  /** MDC_CONC_GLU_ARTERIAL_WHOLEBLOOD, 2::29128 */
  glucoseArterialBlood: 160200,
  /** MDC_CONC_GLU_ARTERIAL_PLASMA, 2::29132 */
  glucoseArterialPlasma: 160204,
  /** MDC_CONC_GLU_ISF, 2::29140: interstitial fluid. */
  glucoseInterstitial: 160212,
  /** MDC_CONC_GLU_UNDETERMINED_WHOLEBLOOD, 2::29292 */
  glucoseBlood: 160364,
  /** MDC_CONC_GLU_UNDETERMINED_PLASMA, 2::29296 */
  glucosePlasma: 160368,
  /** Ours: 0 to 4 are alert, new confusion, voice, pain, unresponsive (A, C, V, P, U). */
  consciousness: privatePartition | 1,
  /** Ours: 1 while the patient breathes supplemental oxygen, 0 on air. */
  supplementalOxygen: privatePartition | 2,
  /** Ours: 1, the patient calls for help. */
  helpRequested: privatePartition | 3,
  /** Ours: 1 while the patient shares readings with the hospital, 0 from when that is withdrawn. */
  readingsShared: privatePartition | 4,
  /** Ours: the same of the place. */
  placeShared: privatePartition | 5,
  /** Ours: the patient's phone was put back from an older copy, which had the hospital's last confirmation so many minutes ago. */
  phonePutBack: privatePartition | 6,
} as const;

/** What a patient, or their phone, says the way of a reading, and that was not measured. */
export const saidCodes: ReadonlySet<number> = new Set([
  mdc.helpRequested,
  mdc.readingsShared,
  mdc.placeShared,
  mdc.phonePutBack,
]);

/** In what it is measured. */
export const mdcUnit = {
  /** MDC_DIM_DIMLESS, 4::512 */
  dimensionless: 262656,
  /** MDC_DIM_PERCENT, 4::544 */
  percent: 262688,
  /** MDC_DIM_BEAT_PER_MIN, 4::2720 */
  beatsPerMinute: 264864,
  /** MDC_DIM_RESP_PER_MIN, 4::2784 */
  breathsPerMinute: 264928,
  /** MDC_DIM_MMHG, 4::3872 */
  millimetresOfMercury: 266016,
  /** MDC_DIM_DEGC, 4::6048 */
  degreesCelsius: 268192,
  /** MDC_DIM_MIN, 4::2208 */
  minutes: 264352,
  /** MDC_DIM_KILO_G, 4::1731 */
  kilograms: 263875,
  /** MDC_DIM_X_M, 4::1280 */
  metres: 263424,
  /** MDC_DIM_KG_PER_M_SQ, 4::1952 */
  kilogramsPerSquareMetre: 264096,
  /** MDC_DIM_MILLI_G_PER_DL, 4::2130 */
  milligramsPerDecilitre: 264274,
  /** MDC_DIM_MILLI_MOLE_PER_L, 4::4722 */
  millimolesPerLitre: 266866,
} as const;
