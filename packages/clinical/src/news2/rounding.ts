// NEWS2's table is written in whole numbers (temperature in tenths): a monitor's 90.5 beats fall between two of its
// bands. A value is rounded to the table's own precision first, and a half goes away from the normal band, so that
// doubt counts against being well: pulse 90.5 is 91, respiration 11.5 is 11, temperature 36.05 is 36.0.

/**
 * Wider than the noise of binary fractions (36.05 × 10 is 360.49999999999994) and of unit conversions before us, far
 * narrower than any instrument's last digit: what lies this near a half is a half.
 */
const halfWidth = 1e-9;

/**
 * The value in whole steps of the table.
 * @param value in the table's unit
 * @param stepsPerUnit 1 for whole numbers, 10 for tenths
 * @param normalCentre any point inside the normal band, in the table's unit: halves below it go down, above it up
 */
export function roundAwayFromNormal(value: number, stepsPerUnit: number, normalCentre: number): number {
  const scaled = value * stepsPerUnit;
  const below = Math.floor(scaled);
  const distance = scaled - below - 0.5;
  if (distance > halfWidth) return below + 1;
  if (distance < -halfWidth) return below;
  return value < normalCentre ? below : below + 1;
}
