// The nomenclature of IEEE 11073-10101 that the seven parameters of NEWS2 need: partition << 16 | term.

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
  /** Ours: 0 to 4 are alert, new confusion, voice, pain, unresponsive (A, C, V, P, U). */
  consciousness: privatePartition | 1,
  /** Ours: 1 while the patient breathes supplemental oxygen, 0 on air. */
  supplementalOxygen: privatePartition | 2,
} as const;

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
} as const;
