// <tandem-session left>: when the session ends, by time or from elsewhere, what it showed leaves the screen. "left" is in seconds.

const longest = 24 * 60 * 60;

class Session extends HTMLElement {
  private timer = 0;
  private ends = 0;

  private readonly look = (): void => {
    if (document.visibilityState === "visible") void this.ask();
  };

  private readonly shown = (event: PageTransitionEvent): void => {
    if (event.persisted) void this.ask(); // the browser's "back" brought the page as it was
  };

  connectedCallback(): void {
    this.wait(Number(this.getAttribute("left")));
    document.addEventListener("visibilitychange", this.look);
    addEventListener("pageshow", this.shown);
  }

  disconnectedCallback(): void {
    clearTimeout(this.timer);
    document.removeEventListener("visibilitychange", this.look);
    removeEventListener("pageshow", this.shown);
  }

  private wait(seconds: number): void {
    this.ends = Date.now() + seconds * 1000;
    this.again(seconds);
  }

  private again(seconds: number): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.ask(), (Math.min(seconds, longest) + 1) * 1000);
  }

  /** Another page may have kept the session open, so the hub is asked before anything is cleared. Asking does not keep it open. */
  private async ask(): Promise<void> {
    try {
      const reply = await fetch("/live/session", { cache: "no-store" });
      if (reply.ok) this.wait(Number(await reply.text()));
      else if (reply.status === 401) this.leave();
      else this.again(60);
    } catch {
      if (Date.now() > this.ends) this.leave(); // the hub cannot be reached, and by its own word the session is over
      else this.again(60);
    }
  }

  private leave(): void {
    document.body.replaceChildren();
    document.title = "Tandem";
    sessionStorage.clear();
    location.replace("/sign-in");
  }
}

customElements.define("tandem-session", Session);
