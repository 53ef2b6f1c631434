// Sends messages with simple-hl7, waiting for each answer, and prints "MSA-1 MSA-2" of each.
const hl7 = require('simple-hl7');

const [port, count] = process.argv.slice(2).map(Number);
const client = hl7.Server.createTcpClient({ host: '127.0.0.1', port, keepalive: true });

function send(n) {
  if (n > count) {
    client.close();
    return;
  }
  const message = new hl7.Message('SIMPLE', 'PEER', 'HUB', 'REGION', '20260302080000', '', ['ADT', 'A01'], `S${n}`, 'P', '2.3');
  message.addSegment('EVN', 'A01', '20260302080000');
  message.addSegment('PID', '1', '', [`S${n}`, '', '', 'PEER', 'MR'], '', ['Testperson', 'Simple'], '', '19700101', 'F');
  message.addSegment('PV1', '1', 'I', ['W', '1'], ...Array(15).fill(''), `V${n}`);
  client.send(message, (error, answer) => {
    if (error) {
      console.error(error);
      process.exit(1);
    }
    const msa = answer.getSegment('MSA');
    console.log(`${msa.getField(1)} ${msa.getField(2)}`);
    setImmediate(send, n + 1); // the client clears its state after this call
  });
}

send(1);
