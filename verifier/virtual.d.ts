/** Text of the bundled worker, put in by the build. */
declare module 'virtual:worker-code' {
  const code: string;
  export default code;
}
