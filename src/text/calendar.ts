/** A day of the Gregorian calendar, extended before 1582 as RFC 3339 extends it. Months and days count from 1. */
export interface CalendarDay {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

// Both directions count years from March, so that the leap day is the last day of its year and needs no case of its
// own, and within cycles of 400 years, after which the calendar repeats. Plain arithmetic, because `Date` is a clock.
const DAYS_PER_CYCLE = 146_097;
/** From 0000-03-01 to 1970-01-01. */
const DAYS_TO_EPOCH = 719_468;

export function daysInMonth(year: number, month: number): number {
  if (month === 2) return isLeapYear(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Days since 1970-01-01, negative before it. */
export function daysSinceEpoch({ year, month, day }: CalendarDay): number {
  const marchYear = month > 2 ? year : year - 1;
  const leapDays = Math.floor(marchYear / 4) - Math.floor(marchYear / 100) + Math.floor(marchYear / 400);
  return marchYear * 365 + leapDays + daysBeforeMarchMonth((month + 9) % 12) + day - 1 - DAYS_TO_EPOCH;
}

/** The day that is `days` after 1970-01-01: the reverse of {@link daysSinceEpoch}. */
export function calendarDay(days: number): CalendarDay {
  const daysSinceMarchZero = days + DAYS_TO_EPOCH;
  const cycle = Math.floor(daysSinceMarchZero / DAYS_PER_CYCLE);
  const dayOfCycle = daysSinceMarchZero - cycle * DAYS_PER_CYCLE;
  const leapDays = Math.floor(dayOfCycle / 1460) - Math.floor(dayOfCycle / 36_524) + Math.floor(dayOfCycle / 146_096);
  const yearOfCycle = Math.floor((dayOfCycle - leapDays) / 365);
  const dayOfYear = dayOfCycle - (yearOfCycle * 365 + Math.floor(yearOfCycle / 4) - Math.floor(yearOfCycle / 100));
  const marchMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = marchMonth < 10 ? marchMonth + 3 : marchMonth - 9;
  const marchYear = cycle * 400 + yearOfCycle;
  return {
    year: month > 2 ? marchYear : marchYear + 1,
    month,
    day: dayOfYear - daysBeforeMarchMonth(marchMonth) + 1,
  };
}

function isLeapYear(year: number): boolean {
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
}

/** The lengths of the months repeat from March on: 153 days for every five. */
function daysBeforeMarchMonth(marchMonth: number): number {
  return Math.floor((153 * marchMonth + 2) / 5);
}
