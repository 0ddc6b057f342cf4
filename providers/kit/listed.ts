/** Lists items on one line: the first ones, and how many more there are. */
export function listed(items: readonly string[], most: number): string {
  const shown = items.slice(0, most).join(", ");
  return items.length > most
    ? `${shown} and ${(items.length - most).toLocaleString("en-US")} more`
    : shown;
}
