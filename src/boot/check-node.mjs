// Imported first by every command: an older Node stops here with a clear line, before anything else
// is read. Only syntax that old versions understand.
const [major, minor] = process.versions.node.split('.').map(Number);

if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `Kelas needs Node.js 20.19 or later; this is ${process.versions.node}. See https://nodejs.org/en/download`,
  );
  process.exit(1);
}
