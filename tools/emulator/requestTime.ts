/** What events have of the moment: `12/Mar/2020:19:03:58 +0000`, as access logs have it, and milliseconds. */
export function requestTime(): { time: string; timeEpoch: number } {
  const date = new Date();
  const [, day, month, year, time] = date.toUTCString().split(" ");
  return { time: `${day}/${month}/${year}:${time} +0000`, timeEpoch: date.getTime() };
}
