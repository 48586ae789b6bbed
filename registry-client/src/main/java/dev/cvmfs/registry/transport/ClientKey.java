package dev.cvmfs.registry.transport;

import dev.cvmfs.registry.RegistryOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;

/** Who we are in TLS, out of PEM files: a chain of certificates, and its key in PKCS#8. */
final class ClientKey {
  private static final Pattern PKCS8 =
      Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]+)-----END PRIVATE KEY-----");
  private static final List<String> ALGORITHMS = List.of("RSA", "EC", "Ed25519");

  private ClientKey() {}

  /**
   * Reads them.
   *
   * @throws IOException if a file cannot be read or holds something else
   */
  static KeyManager[] managers(RegistryOptions.ClientCertificate files)
      throws IOException, GeneralSecurityException {
    Certificate[] chain = Trust.read(files.certificate()).toArray(Certificate[]::new);
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    char[] noPassword = new char[0];
    store.setKeyEntry("client", key(files.key()), noPassword, chain);
    KeyManagerFactory factory =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    factory.init(store, noPassword);
    return factory.getKeyManagers();
  }

  private static PrivateKey key(Path file) throws IOException, GeneralSecurityException {
    Matcher pem = PKCS8.matcher(Files.readString(file));
    if (!pem.find()) {
      throw new IOException(
          file
              + " holds no private key in PKCS#8 without a password;"
              + " make one of it: openssl pkcs8 -topk8 -nodes -in OLD -out NEW");
    }
    byte[] der = Base64.getMimeDecoder().decode(pem.group(1));
    for (String algorithm : ALGORITHMS) {
      Optional<PrivateKey> key = key(algorithm, der);
      if (key.isPresent()) {
        return key.get();
      }
    }
    throw new IOException(file + " holds a private key that is not one of " + ALGORITHMS);
  }

  /** The key, unless it is of another kind. */
  private static Optional<PrivateKey> key(String algorithm, byte[] der)
      throws GeneralSecurityException {
    try {
      return Optional.of(
          KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(der)));
    } catch (InvalidKeySpecException e) {
      return Optional.empty();
    }
  }
}
