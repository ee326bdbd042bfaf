/**
 * An instant as Date operators read it, in milliseconds since 1970: the profiles of ISO 8601 of the W3C note, or epoch
 * seconds. Four digits are a year.
 *
 * @see https://www.w3.org/TR/NOTE-datetime
 */
export function readInstant(text: string): number | undefined {
  const isDate = text.includes("-") || text.length === 4;
  const ms = isDate ? readDate({ text, at: 0 }) : readEpochSeconds(text);
  return Number.isNaN(ms) ? undefined : ms;
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

// What cannot be read is NaN, and so is everything that is made of it.

function readEpochSeconds(text: string): number {
  if (text === "" || text.length > 20) return NaN;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    if (unit < 0x30 || unit > 0x39) return NaN;
  }
  const ms = Number(text) * secondMs;
  return ms <= latestMs ? ms : NaN;
}

function readDate(reader: Reader): number {
  const year = digits(reader, 4);
  if (atEnd(reader)) return utc(year, 1, 1);
  const month = literal(reader, "-") ? digits(reader, 2) : NaN;
  if (!(month >= 1 && month <= 12)) return NaN;
  if (atEnd(reader)) return utc(year, month, 1);
  const day = literal(reader, "-") ? digits(reader, 2) : NaN;
  if (!(day >= 1 && day <= daysIn(year, month))) return NaN;
  const date = utc(year, month, day);
  if (atEnd(reader)) return date;
  const time = literal(reader, "T") ? readTime(reader) : NaN;
  const ms = date + time - readZone(reader);
  return atEnd(reader) ? ms : NaN;
}

function readTime(reader: Reader): number {
  const time = readHourAndMinute(reader);
  if (!literal(reader, ":")) return time;
  const second = digits(reader, 2);
  if (!(second <= 59)) return NaN;
  if (!literal(reader, ".")) return time + second * secondMs;
  const from = reader.at;
  while (isDigit(reader)) reader.at++;
  if (reader.at === from) return NaN;
  return time + (second + Number(`0.${reader.text.slice(from, reader.at)}`)) * secondMs;
}

function readZone(reader: Reader): number {
  if (literal(reader, "Z")) return 0;
  const sign = literal(reader, "+") ? 1 : literal(reader, "-") ? -1 : NaN;
  return sign * readHourAndMinute(reader);
}

function readHourAndMinute(reader: Reader): number {
  const hour = digits(reader, 2);
  const minute = literal(reader, ":") ? digits(reader, 2) : NaN;
  return hour <= 23 && minute <= 59 ? hour * hourMs + minute * minuteMs : NaN;
}

function isDigit({ text, at }: Reader): boolean {
  const unit = text.charCodeAt(at);
  return unit >= 0x30 && unit <= 0x39;
}

function digits(reader: Reader, count: number): number {
  let value = 0;
  for (let i = 0; i < count; i++) {
    if (!isDigit(reader)) return NaN;
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
