package dev.cvmfs.registry;

import java.io.IOException;

/**
 * An upload that goes on while its blob is still being written into a file of ours, the spool. What
 * goes wrong with it is mended from the spool, at the latest by {@link #finish}. For one thread.
 */
public interface EarlyUpload extends AutoCloseable {

  /**
   * Says how many bytes the spool holds by now; never fewer than before. Does not wait.
   *
   * @throws RegistryFailure if it is known already that the registry lets us upload nothing, so
   *     that there is no use in writing on
   */
  void available(long bytes);

  /**
   * Uploads what is missing of the blob, which is complete now, as {@link ImageStore#pushBlob}
   * would.
   *
   * @return whether bytes were needed; not if the repository has it already
   * @throws RegistryFailure if the registry does not take it in any way
   * @throws IOException if the spool cannot be read, or holds something else
   */
  boolean finish(Descriptor blob) throws IOException;

  /** Gives up what is not finished, and has the registry forget it. */
  @Override
  void close();
}
