package dev.cvmfs.registry.transport;

import dev.cvmfs.registry.RegistryOptions;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Optional;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** Whom TLS connections trust. */
final class Trust {

  private Trust() {}

  /**
   * The platform's authorities and those of a PEM file.
   *
   * @param ours who we are; may be empty
   * @throws UncheckedIOException if the file cannot be read or holds no certificate
   */
  static SSLContext platformAnd(Optional<Path> pemFile, KeyManager[] ours) {
    try {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int count = 0;
      for (TrustManager manager : managers(null)) {
        if (manager instanceof X509TrustManager x509) {
          for (X509Certificate authority : x509.getAcceptedIssuers()) {
            store.setCertificateEntry("platform" + count++, authority);
          }
        }
      }
      if (pemFile.isPresent()) {
        for (Certificate authority : read(pemFile.get())) {
          store.setCertificateEntry("own" + count++, authority);
        }
      }
      return context(ours, managers(store));
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has TLS", e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Who we are, for servers that ask; nobody if there is no certificate. */
  static KeyManager[] keys(Optional<RegistryOptions.ClientCertificate> certificate) {
    try {
      return certificate.isPresent() ? ClientKey.managers(certificate.get()) : new KeyManager[0];
    } catch (GeneralSecurityException e) {
      throw new UncheckedIOException(
          new IOException("the client's certificate and key are unusable: " + e.getMessage(), e));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Anybody at all: for hosts a user has named as insecure. */
  static SSLContext anybody(KeyManager[] ours) {
    try {
      return context(ours, new Credulous());
    } catch (GeneralSecurityException e) {
      throw new AssertionError("every Java platform has TLS", e);
    }
  }

  /** The certificates of a PEM file, at least one. */
  static Collection<? extends Certificate> read(Path pemFile) throws IOException {
    try (InputStream in = Files.newInputStream(pemFile)) {
      var authorities = CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (authorities.isEmpty()) {
        throw new IOException(pemFile + " holds no certificate");
      }
      return authorities;
    } catch (CertificateException e) {
      throw new IOException(pemFile + " is not a PEM file of certificates", e);
    }
  }

  private static TrustManager[] managers(@Nullable KeyStore store) throws GeneralSecurityException {
    TrustManagerFactory factory =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    factory.init(store);
    return factory.getTrustManagers();
  }

  private static SSLContext context(KeyManager[] ours, TrustManager... managers)
      throws GeneralSecurityException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(ours, managers, null);
    return context;
  }

  /** Extended, or Java would check the host name all the same. */
  private static final class Credulous extends X509ExtendedTrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine) {}

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
