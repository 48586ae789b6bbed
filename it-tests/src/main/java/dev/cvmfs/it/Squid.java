package dev.cvmfs.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The web proxy that CVMFS sites use, with a cache in memory. */
public final class Squid implements AutoCloseable {
  private final RealProcess process;
  private final int port;
  private final Path log;

  private Squid(RealProcess process, int port, Path log) {
    this.process = process;
    this.port = port;
    this.log = log;
  }

  /**
   * Starts a proxy that keeps its files in a folder. Squid gives up root's rights by itself, so
   * others must be able to get into the folder.
   */
  public static Squid start(Path folder) throws IOException {
    Command.of("install", "-d", "-m", "0777", folder.toString()).run().orThrow();
    Command.of("chmod", "o+x", folder.resolve("..").toString()).run().orThrow();
    int port = freePort();
    Path log = folder.resolve("access.log");
    Path config = folder.resolve("squid.conf");
    Files.writeString(
        config,
        """
        http_port 127.0.0.1:%d
        http_access allow localhost
        cache_mem 64 MB
        maximum_object_size_in_memory 16 MB
        access_log stdio:%s
        buffered_logs off
        cache_log %s
        pid_filename %s
        coredump_dir %s
        shutdown_lifetime 0 seconds
        visible_hostname localhost
        pinger_enable off
        """
            .formatted(
                port, log, folder.resolve("cache.log"), folder.resolve("squid.pid"), folder));
    RealProcess process =
        RealProcess.start(
            Command.of(RealPart.SQUID.path(), "-N", "-f", config.toString()),
            folder.resolve("output.txt"));
    try {
      process.awaitPort(port);
    } catch (IllegalStateException e) {
      process.close();
      throw e;
    }
    return new Squid(process, port, log);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** As in {@code CVMFS_HTTP_PROXY}. */
  public String url() {
    return "http://127.0.0.1:" + port;
  }

  /** A line for each request: time, duration, client, result such as {@code TCP_MEM_HIT/200}, …. */
  public List<String> log() throws IOException {
    return Files.readAllLines(log);
  }

  /** Ends it in the middle of whatever it does; returns when it is gone. */
  public void kill() {
    ProcessHandle.of(process.pid()).ifPresent(ProcessHandle::destroyForcibly);
    process.close();
  }

  @Override
  public void close() {
    process.close();
  }
}
