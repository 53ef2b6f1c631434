declare module "idiomorph/dist/idiomorph.esm.js" {
  interface Settings {
    morphStyle?: "innerHTML" | "outerHTML";
    ignoreActiveValue?: boolean;
  }
  export const Idiomorph: { morph(old: Element, fresh: Element | NodeListOf<ChildNode>, settings?: Settings): void };
}
