package dev.cvmfs.shrinkwrap.cvmfs.trust;

import dev.cvmfs.shrinkwrap.object.ContentHash;
import java.io.IOException;

/** Where certificates come from; they are objects like others. */
@FunctionalInterface
public interface CertificateSource {

  /**
   * The PEM text of a certificate.
   *
   * @param alternativePath whether it lies beside the server's {@code data} folder
   */
  byte[] read(ContentHash hash, boolean alternativePath) throws IOException;
}
