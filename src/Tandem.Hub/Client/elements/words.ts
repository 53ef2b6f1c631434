/** Words and settings that the layout leaves for the elements, in the reader's language. */
const source = document.getElementById("client-words");

export function word(name: string, ...values: string[]): string {
  const pattern = source?.dataset[name] ?? "";
  return values.reduce((text, value, i) => text.replaceAll(`{${i}}`, value), pattern);
}

/** True while single letters act outside of lists too (WCAG 2.1.4: the reader can switch them off). */
export function lettersAct(): boolean {
  return document.documentElement.dataset["keys"] !== "off";
}

const serverAhead = Number(source?.dataset["now"] ?? Date.now()) - Date.now();

/** The hub's clock, whatever this device believes. */
export function now(): number {
  return Date.now() + serverAhead;
}
