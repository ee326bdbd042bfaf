/**
 * A spelling of whole seconds that is made once a second, for the times that every request writes.
 *
 * @param spell  gets milliseconds since 1970
 */
export function bySecond(spell: (atMs: number) => string): (atMs: number) => string {
  let second = Number.NaN;
  let text = "";
  return (atMs) => {
    const asked = Math.floor(atMs / 1000);
    if (asked !== second) {
      text = spell(asked * 1000);
      second = asked;
    }
    return text;
  };
}
