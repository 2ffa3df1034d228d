from yingzao.cli import main

main()
