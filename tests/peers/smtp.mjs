// A mail server of nodemailer's smtp-server: prints a line for what each client did.
//   node smtp.mjs PORT-FILE KEY CERTIFICATE   with STARTTLS; with "-" for both a server that offers none
import { readFileSync, writeFileSync } from 'node:fs';
import { SMTPServer } from 'smtp-server';

const [portFile, key, certificate] = process.argv.slice(2);
const isPlain = key === '-';
const say = (what, more = {}) => console.log(JSON.stringify({ what, ...more }));
const server = new SMTPServer({
  ...(isPlain ? {} : { key: readFileSync(key), cert: readFileSync(certificate) }),
  disabledCommands: isPlain ? ['AUTH', 'STARTTLS'] : ['AUTH'],
  onConnect: (session, done) => (say('connected'), done()),
  onMailFrom: (address, session, done) => (say('from', { address: address.address, secure: session.secure, tls: session.tlsOptions?.standardName ?? null }), done()),
  onData(stream, session, done) {
    let text = '';
    stream.on('data', (part) => (text += part));
    stream.on('end', () => (say('mail', { secure: session.secure, to: session.envelope.rcptTo.map((one) => one.address), text }), done()));
  },
});
server.on('error', (error) => say('error', { message: error.message }));
const listening = server.listen(0, '127.0.0.1', () => writeFileSync(portFile, String(listening.address().port)));
