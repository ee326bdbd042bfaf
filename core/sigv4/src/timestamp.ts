const two = (n: number): string => (n < 10 ? `0${n}` : `${n}`);

/** `YYYYMMDDTHHMMSSZ`, the time in a string to sign. Fractions of a second are cut off. */
export function formatAmzDate(timeMs: number): string {
  const t = new Date(timeMs);
  return (
    `${String(t.getUTCFullYear()).padStart(4, "0")}${two(t.getUTCMonth() + 1)}${two(t.getUTCDate())}` +
    `T${two(t.getUTCHours())}${two(t.getUTCMinutes())}${two(t.getUTCSeconds())}Z`
  );
}

/** The time of `YYYYMMDDTHHMMSSZ` in milliseconds, or undefined for any other spelling or a day that is none. */
export function parseAmzDate(text: string): number | undefined {
  if (text.length !== 16 || text[8] !== "T" || text[15] !== "Z") return undefined;
  const timeMs = utc(
    digits(text, 0, 4),
    digits(text, 4, 6),
    digits(text, 6, 8),
    digits(text, 9, 11),
    digits(text, 11, 13),
    digits(text, 13, 15),
  );
  return timeMs;
}

/**
 * The time of a `Date` header: RFC 1123 (`Tue, 27 Mar 2007 19:36:42 GMT` or `+0000`) or either form of ISO 8601.
 *
 * @see https://docs.aws.amazon.com/AmazonS3/latest/API/RESTAuthentication.html#RESTAuthenticationTimeStamp
 */
export function parseDateHeader(text: string): number | undefined {
  const basic = parseAmzDate(text);
  if (basic !== undefined) return basic;
  if (text.length > 40) return undefined;
  const iso = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,6})?Z$/.exec(text);
  if (iso) return utc(...(iso.slice(1, 7).map(Number) as SixNumbers));
  const rfc =
    /^(?:[A-Z][a-z]{2}, )?(\d{1,2}) ([A-Z][a-z]{2}) (\d{4}) (\d\d):(\d\d):(\d\d) (?:GMT|UTC|[+-]0000)$/.exec(
      text,
    );
  if (!rfc) return undefined;
  const month = months.indexOf(rfc[2] ?? "") + 1;
  return utc(Number(rfc[3]), month, Number(rfc[1]), Number(rfc[4]), Number(rfc[5]), Number(rfc[6]));
}

type SixNumbers = [number, number, number, number, number, number];

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

function digits(text: string, from: number, to: number): number {
  let value = 0;
  for (let i = from; i < to; i++) {
    const digit = text.charCodeAt(i) - 0x30;
    if (digit < 0 || digit > 9) return Number.NaN;
    value = value * 10 + digit;
  }
  return value;
}

/** Refuses what `Date.UTC` would carry over, such as 31 February or 25 o'clock. NaN fails every comparison. */
function utc(
  year: number,
  month: number,
  day: number,
  hour: number,
  minute: number,
  second: number,
): number | undefined {
  if (!(year >= 1970 && month >= 1 && month <= 12 && day >= 1 && hour <= 23 && minute <= 59 && second <= 59))
    return undefined;
  if (!(day <= daysOf(year, month))) return undefined;
  return Date.UTC(year, month - 1, day, hour, minute, second);
}

function daysOf(year: number, month: number): number {
  if (month !== 2) return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
  return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
}

/** Whether the text is a date as a credential scope has it: eight digits. */
export function isScopeDate(text: string): boolean {
  return text.length === 8 && !Number.isNaN(digits(text, 0, 8));
}
