// What time it is at the hospital, from the times it sends (the paper's T_H). The device's own clock only measures what
// has passed since: a tablet that is an hour wrong must not show a fresh reading as an hour old.
export interface HospitalClock {
  /** UTC ms at the hospital when it was last heard. */
  readonly heard: number;
  /** The device's clock at that moment. */
  readonly deviceAt: number;
  /** Hospital ms per device ms: 1, except in a replay faster than life. */
  readonly speed: number;
}

export function hospitalTime(clock: HospitalClock | undefined, deviceNow: number): number {
  return clock === undefined ? deviceNow : clock.heard + Math.max(0, deviceNow - clock.deviceAt) * clock.speed;
}

/** A later time moves the clock on; an earlier one was only slower on its way and changes nothing. */
export function heardAt(clock: HospitalClock | undefined, heard: number, deviceNow: number): HospitalClock {
  if (clock === undefined) return { heard, deviceAt: deviceNow, speed: 1 };
  return heard > hospitalTime(clock, deviceNow) ? { ...clock, heard, deviceAt: deviceNow } : clock;
}
