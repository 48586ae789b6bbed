package dev.cvmfs.injector.cli;

import dev.cvmfs.conf.RegistryAuth;
import java.io.InputStream;
import java.util.Optional;
import picocli.CommandLine.Mixin;

/** The options that all commands have which look at images. */
final class ImageOptions extends CommonOptions {
  @Mixin private final LoginOptions login = new LoginOptions();

  /**
   * Who we are at the registry, if that is given on the command line and on standard input.
   *
   * @throws dev.cvmfs.conf.ConfFailure if that is no login
   */
  Optional<RegistryAuth.Login> login(InputStream in) {
    return login.login(in);
  }
}
