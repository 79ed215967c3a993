const FRAMES = ['⠋', '⠙', '⠹', '⠸', '⠼', '⠴', '⠦', '⠧', '⠇', '⠏'];
const FRAME_MS = 80;

/** Runs one long step under a spinner on a terminal, between plain lines elsewhere. */
export async function step(label, work, stream = process.stderr) {
  const started = performance.now();
  const spinner = stream.isTTY ? spin(label, stream) : announce(label, stream);
  try {
    const result = await work();
    spinner.end(`✔ ${label} (${seconds(started)})`);
    return result;
  } catch (error) {
    spinner.end(`✖ ${label}`);
    throw error;
  }
}

function spin(label, stream) {
  let frame = 0;
  const timer = setInterval(() => {
    frame = (frame + 1) % FRAMES.length;
    stream.write(`\r${FRAMES[frame]} ${label}`);
  }, FRAME_MS);
  return {
    end(line) {
      clearInterval(timer);
      stream.write(`\r\u001b[K${line}\n`);
    },
  };
}

function announce(label, stream) {
  stream.write(`… ${label}\n`);
  return { end: (line) => stream.write(`${line}\n`) };
}

function seconds(started) {
  return `${((performance.now() - started) / 1000).toFixed(1)} s`;
}
