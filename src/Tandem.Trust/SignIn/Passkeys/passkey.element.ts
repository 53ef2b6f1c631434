// <tandem-passkey act="get|create" options="/address">: the form that it holds sends what the device's authenticator said. Without JavaScript, or where the
// browser has no passkeys, the form stays hidden and the other way to sign in is there.
type Sent = Record<string, unknown>;

function bytes(text: string): ArrayBuffer {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (c) => c.charCodeAt(0)).buffer;
}

function text(buffer: ArrayBuffer | null | undefined): string | undefined {
  if (!buffer) return undefined;
  return btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

type Described = { id: string; type: "public-key"; transports?: AuthenticatorTransport[] };

function described(list: Described[] | undefined): PublicKeyCredentialDescriptor[] {
  return (list ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
}

async function made(options: any): Promise<Sent | null> {
  const credential = (await navigator.credentials.create({
    publicKey: {
      ...options,
      challenge: bytes(options.challenge),
      user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: described(options.excludeCredentials),
    },
  })) as PublicKeyCredential | null;
  if (!credential) return null;
  const response = credential.response as AuthenticatorAttestationResponse;
  return {
    ...common(credential),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      attestationObject: text(response.attestationObject),
      transports: response.getTransports?.() ?? [],
    },
  };
}

async function used(options: any): Promise<Sent | null> {
  const credential = (await navigator.credentials.get({
    publicKey: { ...options, challenge: bytes(options.challenge), allowCredentials: described(options.allowCredentials) },
  })) as PublicKeyCredential | null;
  if (!credential) return null;
  const response = credential.response as AuthenticatorAssertionResponse;
  return {
    ...common(credential),
    response: {
      clientDataJSON: text(response.clientDataJSON),
      authenticatorData: text(response.authenticatorData),
      signature: text(response.signature),
      userHandle: text(response.userHandle),
    },
  };
}

function common(credential: PublicKeyCredential): Sent {
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    clientExtensionResults: credential.getClientExtensionResults(),
    authenticatorAttachment: credential.authenticatorAttachment ?? undefined,
  };
}

class Passkey extends HTMLElement {
  connectedCallback(): void {
    const form = this.querySelector("form");
    if (!form || !("PublicKeyCredential" in window)) return;
    this.querySelector<HTMLElement>("[data-with]")?.removeAttribute("hidden");
    this.querySelector<HTMLElement>("[data-without]")?.setAttribute("hidden", "");
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void this.#run(form);
    });
  }

  async #run(form: HTMLFormElement): Promise<void> {
    const failed = this.querySelector<HTMLElement>("[data-failed]");
    failed?.setAttribute("hidden", "");
    try {
      const token = form.querySelector<HTMLInputElement>("input[name=form-token]");
      const reply = await fetch(this.getAttribute("options") ?? "", {
        method: "POST",
        headers: { "Content-Type": "application/x-www-form-urlencoded" },
        body: new URLSearchParams({ "form-token": token?.value ?? "" }),
      });
      if (!reply.ok) throw new Error(`${reply.status}`);
      const options: unknown = await reply.json();
      const sent = this.getAttribute("act") === "create" ? await made(options) : await used(options);
      const field = form.querySelector<HTMLInputElement>("input[name=credential]");
      if (!sent || !field) throw new Error("nothing to send");
      field.value = JSON.stringify(sent);
      form.submit();
    } catch {
      // given up by the person, refused by the authenticator, or not to be reached: the same words, and the form can be used again
      failed?.removeAttribute("hidden");
    }
  }
}

customElements.define("tandem-passkey", Passkey);
