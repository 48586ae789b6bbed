package dev.cvmfs.shrinkwrap.publisher;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.HexFormat;
import java.util.Locale;
import javax.security.auth.x500.X500Principal;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The keys of a repository. Making them takes longer than publishing a small tree, so publishers of
 * many may share them.
 *
 * @param master signs the whitelist; clients hold its public half
 * @param signer signs manifests; its certificate is listed in the whitelist
 * @param certificate of {@code signer}, signed by itself
 */
public record RepositoryKeys(KeyPair master, KeyPair signer, X509Certificate certificate) {
  private static final int BITS = 2048;
  private static final Duration LIFETIME = Duration.ofDays(10 * 365);

  /** New keys of 2048 bits, with a certificate like those of the CernVM-FS server tools. */
  public static RepositoryKeys generate(String fqrn, Instant now) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(BITS);
      KeyPair signer = generator.generateKeyPair();
      return new RepositoryKeys(generator.generateKeyPair(), signer, selfSigned(fqrn, signer, now));
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException("every Java has RSA and X.509", e);
    }
  }

  private static X509Certificate selfSigned(String fqrn, KeyPair pair, Instant now)
      throws OperatorCreationException, CertificateException {
    X500Principal name = new X500Principal("CN=" + fqrn + " CernVM-FS Release Managers");
    return new JcaX509CertificateConverter()
        .getCertificate(
            new JcaX509v3CertificateBuilder(
                    name,
                    BigInteger.ONE,
                    Date.from(now),
                    Date.from(now.plus(LIFETIME)),
                    name,
                    pair.getPublic())
                .build(new JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate())));
  }

  byte[] certificatePem() {
    return pem(certificate);
  }

  static byte[] publicKeyPem(PublicKey key) {
    return pem(key);
  }

  /** The hash of the certificate as whitelists have it: {@code AA:BB:…}. */
  public String fingerprint() {
    try {
      MessageDigest digest = ObjectHash.jdkDigest("SHA-1");
      return HexFormat.ofDelimiter(":")
          .formatHex(digest.digest(certificate.getEncoded()))
          .toUpperCase(Locale.ROOT);
    } catch (CertificateEncodingException e) {
      throw new IllegalStateException("our own certificate can be written", e);
    }
  }

  private static byte[] pem(Object keyOrCertificate) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(keyOrCertificate);
    } catch (IOException e) {
      throw new IllegalStateException("writing to memory cannot fail", e);
    }
    return text.toString().getBytes(StandardCharsets.US_ASCII);
  }
}
