package dev.cvmfs.registry.testing;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A certificate authority that nobody knows, and a server's certificate of it for 127.0.0.1. */
public final class TestAuthority {
  private static final X500Principal AUTHORITY = new X500Principal("CN=Test Authority");

  private final X509Certificate authority;
  private final X509Certificate server;
  private final KeyPair serverKeys;

  public TestAuthority() {
    try {
      KeyPair keys = keys();
      authority = certificate(AUTHORITY, keys, keys, true);
      serverKeys = keys();
      server = certificate(new X500Principal("CN=Test Server"), serverKeys, keys, false);
    } catch (GeneralSecurityException | IOException | OperatorCreationException e) {
      throw new AssertionError("certificates can be made", e);
    }
  }

  public Path writeAuthority(Path file) throws IOException {
    return Files.writeString(file, "# Test Authority\n" + pem("CERTIFICATE", encoded(authority)));
  }

  public Path writeServer(Path file) throws IOException {
    return Files.writeString(file, pem("CERTIFICATE", encoded(server)));
  }

  public Path writeServerKey(Path file) throws IOException {
    return Files.writeString(file, pem("PRIVATE KEY", serverKeys.getPrivate().getEncoded()));
  }

  public KeyPair serverKeys() {
    return serverKeys;
  }

  /** The server's certificate, in base64 of its DER form. */
  public String serverBase64() {
    return Base64.getEncoder().encodeToString(encoded(server));
  }

  private static KeyPair keys() throws GeneralSecurityException {
    KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
    generator.initialize(2048);
    return generator.generateKeyPair();
  }

  private static X509Certificate certificate(
      X500Principal subject, KeyPair keys, KeyPair issuer, boolean isAuthority)
      throws GeneralSecurityException, IOException, OperatorCreationException {
    Instant now = Instant.now();
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            AUTHORITY,
            BigInteger.valueOf(isAuthority ? 1 : 2),
            Date.from(now.minus(Duration.ofDays(1))),
            Date.from(now.plus(Duration.ofDays(1))),
            subject,
            keys.getPublic());
    builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(isAuthority));
    if (!isAuthority) {
      GeneralNames names = new GeneralNames(new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
      builder.addExtension(Extension.subjectAlternativeName, false, names);
    }
    return new JcaX509CertificateConverter()
        .getCertificate(
            builder.build(new JcaContentSignerBuilder("SHA256withRSA").build(issuer.getPrivate())));
  }

  private static byte[] encoded(X509Certificate certificate) {
    try {
      return certificate.getEncoded();
    } catch (GeneralSecurityException e) {
      throw new AssertionError("a certificate has an encoding", e);
    }
  }

  private static String pem(String type, byte[] der) {
    return "-----BEGIN %s-----%n%s%n-----END %s-----%n"
        .formatted(type, Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der), type);
  }
}
