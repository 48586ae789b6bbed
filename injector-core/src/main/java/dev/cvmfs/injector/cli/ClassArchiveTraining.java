package dev.cvmfs.injector.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import javax.net.ssl.SSLContext;

/**
 * Loads the classes that a usual run needs, and goes through the beginning of one.
 *
 * <p>The launcher runs this once, in the background, under a JVM that writes the loaded classes to
 * an archive (class-data sharing) when it ends. With the archive, later runs save the half second
 * of work that finding, reading and checking these classes takes.
 */
final class ClassArchiveTraining {
  private static final List<String> WORTH_LOADING =
      List.of(
          "com/fasterxml/jackson/annotation/",
          "com/fasterxml/jackson/core/",
          "com/fasterxml/jackson/databind/",
          "com/google/cloud/tools/jib/",
          "com/google/common/",
          "dev/cvmfs/",
          "me/tongfei/",
          "org/apache/commons/codec/",
          "org/apache/commons/logging/",
          "org/apache/http/",
          "org/bouncycastle/crypto/digests/",
          "org/bouncycastle/crypto/Crypto",
          "org/bouncycastle/util/",
          "org/slf4j/",
          "org/sqlite/");
  private static final String CLASS = ".class";

  private ClassArchiveTraining() {}

  public static void main(String[] arguments)
      throws IOException, URISyntaxException, GeneralSecurityException {
    PrintStream nowhere = new PrintStream(OutputStream.nullOutputStream(), true, UTF_8);
    Surroundings surroundings =
        new Surroundings(nowhere, nowhere, Map.of(), OptionalInt.empty(), System::nanoTime);
    new Program(
            surroundings,
            (image, options, progress) -> {
              throw new IllegalStateException("no image is worked on when asked for help");
            })
        .run("oci", "--help");
    TrainingRun.go(nowhere);
    SSLContext.getDefault().createSSLEngine();
    MessageDigest.getInstance("SHA-256").digest(new byte[1]);
    URL here = ClassArchiveTraining.class.getProtectionDomain().getCodeSource().getLocation();
    try (JarFile jar = new JarFile(Path.of(here.toURI()).toFile())) {
      jar.stream().map(JarEntry::getName).forEach(ClassArchiveTraining::load);
    }
  }

  private static void load(String entry) {
    if (!entry.endsWith(CLASS) || WORTH_LOADING.stream().noneMatch(entry::startsWith)) {
      return;
    }
    String name = entry.substring(0, entry.length() - CLASS.length()).replace('/', '.');
    try {
      Class.forName(name, false, ClassArchiveTraining.class.getClassLoader());
    } catch (ClassNotFoundException | LinkageError e) {
      // Made for something optional that the jar does not hold; then no run needs it either.
      return;
    }
  }
}
