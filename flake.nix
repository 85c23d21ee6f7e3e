{
  description = "The life of a NixOS host in a rollout, as one statechart";

  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixos-unstable";

  outputs =
    { self, nixpkgs }:
    let
      inherit (nixpkgs) lib;
      systems = [
        "x86_64-linux"
        "aarch64-linux"
        "x86_64-darwin"
        "aarch64-darwin"
      ];
      forEachSystem = each: lib.genAttrs systems (system: each nixpkgs.legacyPackages.${system});
      manifest = lib.importJSON ./package.json;
      nodejsOf = pkgs: pkgs.nodejs_22;

      # The lock file names packages by hash and not by address, which buildNpmPackage needs. So npm itself installs, in a
      # derivation whose result is fixed. The hash changes with the lock file: Nix prints the new one.
      nodeModulesHashes = lib.genAttrs systems (_: lib.fakeHash);
      nodeModulesOf =
        pkgs:
        pkgs.stdenvNoCC.mkDerivation {
          pname = "${manifest.name}-node-modules";
          inherit (manifest) version;
          src = lib.fileset.toSource {
            root = ./.;
            fileset = lib.fileset.unions [
              ./package.json
              ./package-lock.json
              ./.npmrc
            ];
          };
          nativeBuildInputs = [
            (nodejsOf pkgs)
            pkgs.cacert
          ];
          buildPhase = ''
            export HOME=$TMPDIR
            npm ci --ignore-scripts
            rm node_modules/.package-lock.json
          '';
          installPhase = "mv node_modules $out";
          dontFixup = true;
          outputHashMode = "recursive";
          outputHash = nodeModulesHashes.${pkgs.stdenv.hostPlatform.system};
        };

      packageOf =
        pkgs:
        let
          nodejs = nodejsOf pkgs;
        in
        pkgs.stdenvNoCC.mkDerivation {
          pname = manifest.name;
          inherit (manifest) version;
          src = lib.cleanSource ./.;
          nativeBuildInputs = [
            nodejs
            pkgs.makeWrapper
          ];
          configurePhase = ''
            cp -r ${nodeModulesOf pkgs} node_modules
            chmod -R u+w node_modules
          '';
          buildPhase = "node scripts/build.mjs";
          installPhase = ''
            package=$out/lib/node_modules/${manifest.name}
            mkdir -p $package/node_modules $out/bin
            cp -r dist docs examples schema package.json README.md LICENSE $package/
            cp -r node_modules/xstate $package/node_modules/
            makeWrapper ${lib.getExe nodejs} $out/bin/${manifest.name} --add-flags $package/dist/cli/main.js
          '';
          meta = {
            inherit (manifest) description homepage;
            license = lib.licenses.mit;
            mainProgram = manifest.name;
          };
        };
    in
    {
      packages = forEachSystem (pkgs: {
        default = packageOf pkgs;
      });

      apps = forEachSystem (pkgs: {
        default = {
          type = "app";
          program = lib.getExe self.packages.${pkgs.stdenv.hostPlatform.system}.default;
        };
      });

      devShells = forEachSystem (pkgs: {
        default = pkgs.mkShell {
          packages = [ (nodejsOf pkgs) ] ++ lib.optional pkgs.stdenv.isLinux pkgs.chromium;
          shellHook = lib.optionalString pkgs.stdenv.isLinux ''
            export CHROMIUM_PATH=${lib.getExe pkgs.chromium}
          '';
        };
      });

      checks = forEachSystem (pkgs: {
        # The command rolls out the fleet of the examples.
        simulate =
          pkgs.runCommand "simulate"
            { nativeBuildInputs = [ self.packages.${pkgs.stdenv.hostPlatform.system}.default ]; }
            ''
              nixfleet-statechart simulate ${./examples/fleets/harbor.json} | tee $out
            '';
      });

      formatter = forEachSystem (pkgs: pkgs.nixfmt-rfc-style);
    };
}
