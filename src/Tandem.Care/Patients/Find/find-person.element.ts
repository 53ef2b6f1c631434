// <tandem-find>: people to choose from while one types into the top bar. What is typed is posted, so that no address holds a name.
// Arrow keys choose, Enter opens, Escape closes. Without this element Enter posts the form, which leads to the same people.
interface Suggested {
  href: string;
  name: string;
  about: string;
}

const pause = 120;

class Find extends HTMLElement {
  private timer = 0;
  private asked = 0;
  private people: Suggested[] = [];
  private at = -1;

  connectedCallback(): void {
    this.input.setAttribute("role", "combobox");
    this.input.setAttribute("aria-autocomplete", "list");
    this.input.setAttribute("aria-controls", this.list.id);
    this.show([]);
    this.input.addEventListener("input", () => {
      clearTimeout(this.timer);
      this.timer = window.setTimeout(() => void this.ask(), pause);
    });
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.addEventListener("focusout", (event) => {
      if (!(event.relatedTarget instanceof Node) || !this.contains(event.relatedTarget)) this.show([]);
    });
    // The pointer takes the option before the field loses the focus, which closes the list.
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = (event.target as Element).closest<HTMLElement>("[role=option]");
      if (option) this.open(Number(option.dataset["at"]));
    });
  }

  private get input(): HTMLInputElement {
    return this.querySelector("input[type=search]")!;
  }

  private get list(): HTMLElement {
    return this.querySelector("[role=listbox]")!;
  }

  private key(event: KeyboardEvent): void {
    if (this.list.hidden || event.isComposing) return;
    if (event.key === "ArrowDown") this.choose((this.at + 1) % this.people.length);
    else if (event.key === "ArrowUp") this.choose(this.at <= 0 ? this.people.length - 1 : this.at - 1);
    else if (event.key === "Enter" && this.at >= 0) this.open(this.at);
    else if (event.key === "Escape") this.show([]);
    else return;
    event.preventDefault();
  }

  private async ask(): Promise<void> {
    const mine = ++this.asked;
    const text = this.input.value.trim();
    if (text.length < 2) return this.show([]);
    const people = await this.read();
    if (mine !== this.asked || document.activeElement !== this.input) return;
    this.show(people);
    const found = this.dataset[people.length === 1 ? "one" : people.length > 0 ? "found" : "none"] ?? "";
    this.querySelector("[role=status]")!.textContent = found.replace("{0}", String(people.length));
  }

  /** Nobody is suggested while the hub cannot be reached; Enter then says so, as any page does. */
  private async read(): Promise<Suggested[]> {
    try {
      const form = this.querySelector("form")!;
      const fields = new URLSearchParams(new FormData(form) as unknown as Record<string, string>);
      const reply = await fetch("/patients/suggest", { method: "POST", body: fields });
      return reply.ok ? ((await reply.json()) as Suggested[]) : [];
    } catch {
      return [];
    }
  }

  private show(people: Suggested[]): void {
    this.people = people;
    this.at = -1;
    this.list.replaceChildren(...people.map((person, at) => this.option(person, at)));
    this.list.hidden = people.length === 0;
    this.input.setAttribute("aria-expanded", String(people.length > 0));
    this.input.removeAttribute("aria-activedescendant");
  }

  private option(person: Suggested, at: number): HTMLElement {
    const option = document.createElement("li");
    option.id = `found-${at}`;
    option.setAttribute("role", "option");
    option.setAttribute("aria-selected", "false");
    option.dataset["at"] = String(at);
    for (const text of [person.name, person.about]) {
      const line = document.createElement("span");
      line.textContent = text;
      option.append(line);
    }
    return option;
  }

  private choose(at: number): void {
    this.list.children[this.at]?.setAttribute("aria-selected", "false");
    this.at = at;
    this.list.children[at]?.setAttribute("aria-selected", "true");
    this.input.setAttribute("aria-activedescendant", `found-${at}`);
  }

  private open(at: number): void {
    const person = this.people[at];
    if (person) location.assign(person.href);
  }
}

customElements.define("tandem-find", Find);
