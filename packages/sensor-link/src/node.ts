// What only Node can do: TCP.

export { connectTcp, listenTcp, type TcpConnectOptions, type TcpListener, type TcpListenOptions } from './tcp-link.ts';
