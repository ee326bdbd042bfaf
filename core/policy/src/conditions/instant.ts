/**
 * An instant as Date operators read it, in milliseconds since 1970: the profiles of ISO 8601 of the W3C note, or epoch
 * seconds. Four digits are a year.
 *
 * @see https://www.w3.org/TR/NOTE-datetime
 */
export function readInstant(text: string): number | undefined {
  const reader = { text, at: 0 };
  if (!text.includes("-") && text.length !== 4) return readEpochSeconds(text);
  const year = digits(reader, 4);
  if (year === undefined) return undefined;
  if (atEnd(reader)) return utc(year, 1, 1);
  const month = literal(reader, "-") ? digits(reader, 2) : undefined;
  if (month === undefined || month < 1 || month > 12) return undefined;
  if (atEnd(reader)) return utc(year, month, 1);
  const day = literal(reader, "-") ? digits(reader, 2) : undefined;
  if (day === undefined || day < 1 || day > daysIn(year, month)) return undefined;
  const date = utc(year, month, day);
  if (atEnd(reader)) return date;
  const time = literal(reader, "T") ? readTime(reader) : undefined;
  const offset = time === undefined ? undefined : readZone(reader);
  return time === undefined || offset === undefined || !atEnd(reader) ? undefined : date + time - offset;
}

interface Reader {
  readonly text: string;
  at: number;
}

const secondMs = 1000;
const minuteMs = 60 * secondMs;
const hourMs = 60 * minuteMs;
const dayMs = 24 * hourMs;
/** Beyond this an instant is no time any more: the range of ECMAScript's dates. */
const latestMs = 8.64e15;

function readEpochSeconds(text: string): number | undefined {
  if (text === "" || text.length > 20) return undefined;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x30 || unit > 0x39) return undefined;
  }
  const ms = Number(text) * secondMs;
  return ms <= latestMs ? ms : undefined;
}

function readTime(reader: Reader): number | undefined {
  const hour = digits(reader, 2);
  const minute = literal(reader, ":") ? digits(reader, 2) : undefined;
  if (hour === undefined || minute === undefined || hour > 23 || minute > 59) return undefined;
  const time = hour * hourMs + minute * minuteMs;
  if (!literal(reader, ":")) return time;
  const second = digits(reader, 2);
  if (second === undefined || second > 59) return undefined;
  if (!literal(reader, ".")) return time + second * secondMs;
  const from = reader.at;
  while (isDigit(reader)) reader.at++;
  if (reader.at === from) return undefined;
  return time + (second + Number(`0.${reader.text.slice(from, reader.at)}`)) * secondMs;
}

function readZone(reader: Reader): number | undefined {
  if (literal(reader, "Z")) return 0;
  const sign = literal(reader, "+") ? 1 : literal(reader, "-") ? -1 : undefined;
  const hour = digits(reader, 2);
  const minute = literal(reader, ":") ? digits(reader, 2) : undefined;
  if (sign === undefined || hour === undefined || minute === undefined || hour > 23 || minute > 59)
    return undefined;
  return sign * (hour * hourMs + minute * minuteMs);
}

function isDigit({ text, at }: Reader): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0x30 && unit <= 0x39;
}

function digits(reader: Reader, count: number): number | undefined {
  let value = 0;
  for (let i = 0; i < count; i++) {
    if (!isDigit(reader)) return undefined;
    value = value * 10 + reader.text.charCodeAt(reader.at++) - 0x30;
  }
  return value;
}

function literal(reader: Reader, char: string): boolean {
  if (reader.text[reader.at] !== char) return false;
  reader.at++;
  return true;
}

const atEnd = ({ text, at }: Reader) => at === text.length;

const isLeap = (year: number) => (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;

function daysIn(year: number, month: number): number {
  if (month === 2) return isLeap(year) ? 29 : 28;
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31;
}

/** Start of a day; arithmetic of the proleptic Gregorian calendar, so that no clock or time zone takes part. */
function utc(year: number, month: number, day: number): number {
  const shifted = month <= 2 ? year - 1 : year;
  const era = Math.floor(shifted / 400);
  const yearOfEra = shifted - era * 400;
  const dayOfYear = Math.floor((153 * (month + (month > 2 ? -3 : 9)) + 2) / 5) + day - 1;
  const dayOfEra = yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return (era * 146097 + dayOfEra - 719468) * dayMs;
}
